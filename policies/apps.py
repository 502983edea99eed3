from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "policies"
    label = "policies"

    def ready(self) -> None:
        from policies.registration import register  # noqa: PLC0415  models are not loaded before ready()

        register()
