"""What the pages of countries and industries register at start-up."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from credit_info.atlas import cover, news, selectors, sources, tasks
from credit_info.menu import GROUP
from sinosure.ui.navigation import NavItem
from sinosure.ui.navigation import register as register_nav

TASKS = (tasks.sum_up,)  # importing the module makes it known to the worker


def register() -> None:
    cover.register_all()
    sources.register_news(news.from_academy)
    register_nav(
        NavItem(
            key="countries", group=GROUP, label=_("Countries"), url_name="credit_info:country-list", capability="buyers.view", order=62,
            count=selectors.waiting_changes, kinds=("EXPORTER", "INSURER"), also=("/buyers/industries/", "/buyers/portfolio/"),
        )
    )  # fmt: skip
