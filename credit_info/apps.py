from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CreditInfoConfig(AppConfig):
    name = "credit_info"
    label = "credit_info"

    def ready(self) -> None:
        from sinosure.ui.navigation import NavItem, register  # noqa: PLC0415  models are not loaded before ready()

        register(
            NavItem(
                key="buyers", label=_("Buyers"), url_name="credit_info:obligor-list", capability="buyers.view", order=60
            )
        )
