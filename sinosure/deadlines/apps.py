from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "sinosure.deadlines"
    label = "deadlines"

    def ready(self) -> None:
        from sinosure.deadlines import registration  # noqa: PLC0415  models are not loaded before ready()

        registration.register()
