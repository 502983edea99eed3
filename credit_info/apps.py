from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CreditInfoConfig(AppConfig):
    name = "credit_info"
    label = "credit_info"

    def ready(self) -> None:
        from credit_info import certificates  # noqa: PLC0415  models are not loaded before ready()
        from credit_info.alarms import registration as alarms  # noqa: PLC0415
        from credit_info.atlas import registration as atlas  # noqa: PLC0415
        from credit_info.menu import GROUP  # noqa: PLC0415
        from credit_info.reports import registration as reports  # noqa: PLC0415
        from credit_info.reports.selectors import waiting_for  # noqa: PLC0415
        from sinosure.ui.navigation import NavItem, register  # noqa: PLC0415

        certificates.register_all()
        reports.register()
        atlas.register()
        alarms.register()
        register(
            NavItem(
                key="buyers",
                group=GROUP,
                label=_("Buyers"),
                url_name="credit_info:obligor-list",
                capability="buyers.view",
                order=60,
                count=waiting_for,
                kinds=("EXPORTER", "INSURER"),
            )
        )
        register(
            NavItem(
                key="navigator",
                group=GROUP,
                label=_("Find new buyers"),
                url_name="credit_info:navigator",
                capability="buyers.view",
                order=61,
                kinds=("EXPORTER",),
            )
        )
