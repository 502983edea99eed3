"""What this app registers at start-up: clocks with their effects, messages, letters, navigation."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from credit_info import panels as buyer_pages
from credit_info.alarms import selectors as alarms
from credit_info.alarms import sources as followers
from credit_info.customers import sources
from credit_info.menu import GROUP
from credit_info.models import Light, Obligor
from credit_info.signals import country_cover_changed, light_turned
from limits import clocks, countries, customers, letters, messages, panels
from limits.candidates import selectors as candidates
from limits.candidates import services as stop_candidates
from limits.models import StopReason
from limits.services import renewals, stops, versions
from policies.models import Policy
from policies.selectors import has_use_for, is_no_mere_payee
from policies.signals import policy_signed
from sinosure.accounts.actor import Actor
from sinosure.ui.navigation import NavItem
from sinosure.ui.navigation import register as register_nav


def register() -> None:
    clocks.register_all(versions.on_decision_overdue, versions.on_start, versions.on_end, versions.on_idle)
    policy_signed.connect(on_signed, dispatch_uid="limits.carry_limits")
    light_turned.connect(on_light, dispatch_uid="limits.stop_on_red")
    country_cover_changed.connect(countries.on_country, dispatch_uid="limits.country_cover")
    countries.register_all()
    sources.register(customers.partners, customers.warnings)
    followers.register(customers.holders)
    buyer_pages.register_panel(panels.card)
    stop_candidates.connect()
    messages.register_all()
    letters.register_all()
    register_nav(
        NavItem(
            key="limits", group=_("Credit limits"), label=_("Credit limits"), url_name="limits:list", capability="limits.view", order=30,
            shown=has_use_for("requires_limit"),
        )
    )  # fmt: skip
    register_nav(
        NavItem(
            key="stop-candidates", group=_("Credit limits"), label=_("Stops"), url_name="limits:candidate-list", capability="limits.stop",
            order=31, count=candidates.open_count,
        )
    )  # fmt: skip
    # the register of debtors, for a bank once it is itself an insured; exporters and staff have it anyway
    register_nav(
        NavItem(
            key="buyers-of-bank", group=GROUP, label=_("Buyers"), url_name="credit_info:obligor-list", capability="buyers.view", order=60,
            kinds=("BANK",), shown=is_no_mere_payee,
        )
    )  # fmt: skip
    register_nav(
        NavItem(
            key="alarms-of-bank", group=GROUP, label=_("Alarms"), url_name="credit_info:alarm-list", capability="buyers.view", order=62,
            kinds=("BANK",), shown=is_no_mere_payee, count=alarms.unread_count,
        )
    )  # fmt: skip


def on_light(*, obligor: Obligor, actor: Actor, **_named: Any) -> None:
    """LIM-10 c: a buyer whose light turns red is stopped for everybody; only an underwriter opens it again."""
    if obligor.light == Light.RED:
        stops.stop_for_obligor(actor=actor, obligor_id=obligor.pk, reason=StopReason.RED_LIGHT, source=obligor)


def on_signed(*, policy: Policy, **_named: Any) -> None:
    renewals.carry_limits(policy=policy)
