"""What this app registers at start-up: clocks, messages, letters, navigation, and what it hears from below."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from claims import clocks, cockpit, countries, letters, messages, notice_registration, reactions, run_off, selectors
from sinosure.accounts.roles import Kind
from sinosure.ui.navigation import NavItem
from sinosure.ui.navigation import register as register_nav

NAVIGATION = (
    NavItem("claims", _("Claims"), "claims:claim-list", "claims.view", 50, selectors.waiting_count),
    NavItem(
        "payments", _("Indemnity payments"), "claims:payment-list", "payments.prepare", 52, selectors.payment_count
    ),
    NavItem("what-if", _("What if"), "portal:calculators", "", 70, also=("/calculator/",)),
    NavItem("recoveries", _("Recoveries"), "claims:recovery-list", "claims.view", 54, kinds=(Kind.INSURER,)),
)


def register() -> None:
    clocks.register_all()
    messages.register_all()
    letters.register_all()
    run_off.register()
    notice_registration.register()
    reactions.connect()
    cockpit.register_all()
    countries.register_all()
    for item in NAVIGATION:
        register_nav(item)
