"""What alarms register at start-up: messages, navigation, the card on a buyer's page, warnings, reactions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from credit_info import panels
from credit_info.alarms import mail, news, publishing, selectors
from credit_info.atlas import sources as atlas
from credit_info.customers import sources as customers
from credit_info.menu import GROUP
from credit_info.models import Obligor
from credit_info.signals import country_cover_changed, light_turned
from sinosure.accounts.actor import Actor
from sinosure.notifications import kinds
from sinosure.ui.navigation import NavItem
from sinosure.ui.navigation import register as register_nav


def register() -> None:
    page = "credit_info:alarm-detail"
    kinds.register("alarm.info", _("Alarm, for information, on %(subject)s: %(title)s"), page, tell_more=mail.detail)
    kinds.register("alarm.warning", _("Alarm, warning, on %(subject)s: %(title)s"), page, "amber", mail.detail)
    kinds.register("alarm.severe", _("Alarm, severe, on %(subject)s: %(title)s"), page, "red", mail.detail)
    light_turned.connect(publishing.on_light, dispatch_uid="alarms.on_light")
    country_cover_changed.connect(publishing.on_country, dispatch_uid="alarms.on_country")
    customers.register(nobody, selectors.warnings)
    panels.register_panel(card)
    atlas.register_news(news.from_alarms)
    register_nav(
        NavItem(
            key="alarms", group=GROUP, label=_("Alarms"), url_name="credit_info:alarm-list", capability="buyers.view", order=63,
            count=selectors.unread_count, kinds=("EXPORTER", "INSURER"),
        )
    )  # fmt: skip


def nobody(actor: Actor) -> list[int]:
    """Whoever only follows a company does not deal with it."""
    return []


def card(actor: Actor, obligor: Obligor) -> tuple[str, dict[str, Any]] | None:
    """The latest alarms on a company and its country, with the button to follow it."""
    rows = selectors.standing_on(actor, obligor)[:5]
    return "credit_info/alarms/_card.html", {"alarms": rows, "is_followed": selectors.is_followed(actor, obligor)}
