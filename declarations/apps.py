from django.apps import AppConfig


class DeclarationsConfig(AppConfig):
    name = "declarations"
    label = "declarations"

    def ready(self) -> None:
        from declarations import registration  # noqa: PLC0415  models are not loaded before ready()

        registration.register()
