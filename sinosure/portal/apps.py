from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from sinosure.celery import app as celery_app


class PortalConfig(AppConfig):
    """`celery` is made here, in every process that sets Django up: tasks called in the web process need its broker."""

    name = "sinosure.portal"
    label = "portal"
    celery = celery_app

    def ready(self) -> None:
        from sinosure.ui import navigation  # noqa: PLC0415  models are not loaded before ready()

        for item in (
            navigation.NavItem("home", _("Home"), "portal:home", order=1),
            navigation.NavItem(
                "people", _("People"), "portal:people", "accounts.manage", 80, also=("/organisations/",)
            ),
            navigation.NavItem("trail", _("Audit trail"), "portal:trail", "audit.view", 85),
            navigation.NavItem("operations", _("Operations"), "portal:operations", "operations.view", 90),
        ):
            navigation.register(item)
        navigation.set_search("portal:find")
