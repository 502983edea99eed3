"""What loss notices register at start-up: clocks, messages, letters, navigation, and what they hear from below."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from claims.notices import clocks, letters, messages, reactions, selectors
from sinosure.accounts.roles import Kind
from sinosure.ui import navigation
from sinosure.ui.navigation import NavItem


def register() -> None:
    clocks.register_all()
    messages.register_all()
    letters.register_all()
    reactions.connect()
    navigation.register(
        NavItem(
            "loss-notices", _("Loss notices"), "claims:notice-list", "claims.view", 48, selectors.waiting_count,
            kinds=(Kind.EXPORTER, Kind.BANK, Kind.INSURER),
        )
    )  # fmt: skip
