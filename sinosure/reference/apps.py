from django.apps import AppConfig

from sinosure.core import clock


class ReferenceConfig(AppConfig):
    name = "sinosure.reference"
    label = "reference"

    def ready(self) -> None:
        from sinosure.reference.services import business_date_offset  # noqa: PLC0415  models are not loaded before ready()

        clock.set_offset_source(business_date_offset)
