from django.apps import AppConfig


class LimitsConfig(AppConfig):
    name = "limits"
    label = "limits"

    def ready(self) -> None:
        from limits import registration  # noqa: PLC0415  models are not loaded before ready()

        registration.register()
