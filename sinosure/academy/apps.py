from django.apps import AppConfig


class AcademyConfig(AppConfig):
    name = "sinosure.academy"
    label = "academy"

    def ready(self) -> None:
        from sinosure.academy.registration import register  # noqa: PLC0415  models are not loaded before ready()

        register()
