"""What this app registers at start-up: clocks with their effects, messages, letters, navigation, reactions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from credit_info.alarms import sources as followers
from credit_info.customers import sources
from declarations import clocks, countries, customers, letters, messages, run_off
from declarations.production import clocks as production_clocks
from declarations.production import letters as production_letters
from declarations.production import messages as production_messages
from declarations.production.selectors import has_extension
from declarations.services import periods, pooled, premium, stops, turnover
from limits.candidates import stake
from policies.models import PlatformMember, Policy
from policies.selectors import has_use_for, is_no_mere_payee
from policies.signals import policies_issued, policy_ended, policy_in_force, policy_signed
from sinosure.accounts.actor import Actor
from sinosure.ui.navigation import NavItem
from sinosure.ui.navigation import register as register_nav


def register() -> None:
    clocks.register_all(premium.tell_overdue, premium.suspend_unpaid, stops.stop_overdue)
    sources.register(customers.partners, customers.warnings)
    countries.register_all()
    followers.register(customers.holders)
    stake.register(customers.open_shipments)
    messages.register_all()
    letters.register_all()
    production_clocks.register_all()
    production_letters.register_all()
    production_messages.register_all()
    run_off.register()
    policy_signed.connect(on_signed, dispatch_uid="declarations.deposit_notice")
    policies_issued.connect(on_issued, dispatch_uid="declarations.pooled_notices")
    policy_in_force.connect(on_in_force, dispatch_uid="declarations.open_months")
    policy_ended.connect(on_ended, dispatch_uid="declarations.turnover")
    for item in NAVIGATION:
        register_nav(item)


NAVIGATION = [
    NavItem(
        key, label, url_name, "declarations.view", order, kinds=kinds, shown=shown, group=_("Shipments and premium")
    )
    for key, label, url_name, order, kinds, shown in (
        ("declarations", _("Declarations"), "declarations:list", 40, (), has_use_for("requires_declaration")),
        ("production", _("Production"), "declarations:productions", 42, ("EXPORTER", "INSURER"), has_extension),
        ("receipts", _("Receipts and overdue"), "declarations:overdue", 45, (), None),
        ("premium", _("Premium"), "declarations:notices", 47, ("EXPORTER", "BANK", "INSURER"), is_no_mere_payee),
    )
]


def on_signed(*, policy: Policy, actor: Actor, **_named: Any) -> None:
    premium.issue_deposit_notice(actor=actor, policy=policy)


def on_issued(*, members: Sequence[PlatformMember], actor: Actor, **_named: Any) -> None:
    pooled.bill(actor=actor, members=members)


def on_in_force(*, policy: Policy, actor: Actor, **_named: Any) -> None:
    periods.open_months(actor=actor, policy=policy)


def on_ended(*, policy: Policy, actor: Actor, **_named: Any) -> None:
    turnover.open_statement(actor=actor, policy=policy)
