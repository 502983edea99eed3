from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "claims"
    label = "claims"

    def ready(self) -> None:
        from claims import registration  # noqa: PLC0415  models are not loaded before ready()

        registration.register()
