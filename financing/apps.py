from django.apps import AppConfig


class FinancingConfig(AppConfig):
    name = "financing"
    label = "financing"

    def ready(self) -> None:
        from financing.registration import register  # noqa: PLC0415  models are not loaded before ready()

        register()
