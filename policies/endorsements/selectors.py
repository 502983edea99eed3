"""Reads of endorsements for pages, the API and letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from policies.affiliates import Affiliate
from policies.endorsements.changes import AMOUNTS, LABELS
from policies.endorsements.lifecycle import ENDORSEMENT, OPEN_STATES
from policies.in_force import version_on
from policies.lifecycle import COVERING
from policies.models import (
    DeclarationMode,
    Endorsement,
    Policy,
    PolicySchedule,
    RateBasis,
    Scope,
)
from policies.risks import CoveredRisk
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.reference.models import Country
from sinosure.ui.show import ratio as ratio_in_words

CHOICES: dict[str, dict[str, Any]] = {
    "rate_basis": dict(RateBasis.choices),
    "declaration_mode": dict(DeclarationMode.choices),
    "scope": dict(Scope.choices),
}


def endorsements(actor: Actor) -> QuerySet[Endorsement]:
    rows = Endorsement.objects.visible_to(actor)
    return rows.select_related("policy__policyholder", "policy__wording", "requested_by", "drafted_by", "approved_by")


def of_policy(policy: Policy, actor: Actor) -> list[Endorsement]:
    """Newest first."""
    return list(Endorsement.objects.visible_to(actor).filter(policy=policy).order_by("-id"))


def may_ask(policy: Policy, actor: Actor) -> bool:
    """A change may be asked for now: cover runs, and no other endorsement is open."""
    able = actor.may("policies.apply", policy) or actor.can("policies.quote")
    runs = policy.state in COVERING and not policy.wording.named.is_paid_once
    return able and runs and not policy.endorsements.filter(state__in=OPEN_STATES).exists()


def actions(row: Endorsement, actor: Actor) -> list[Any]:
    """The moves that make sense now; what the insurer began is declined, not withdrawn."""
    hidden = set() if row.is_from_insured else {"withdraw"}
    return [move for move in ENDORSEMENT.available(row, actor) if move.action not in hidden]


@dataclass(frozen=True)
class Change:
    """One changed term as shown."""

    label: Any
    old: Any
    new: Any


def shown_changes(row: Endorsement) -> list[Change]:
    """The changed fields only, old → new; the percentages one line a risk."""
    found: list[Change] = []
    for name, pair in row.changes.items():
        if name == "insured_ratios":
            found += [_ratio(risk, pair) for risk in {**pair["old"], **pair["new"]}]
        else:
            found.append(Change(LABELS[name], *(_shown(name, pair[side], row) for side in ("old", "new"))))
    return found


def _ratio(risk: str, pair: dict[str, dict[str, str]]) -> Change:
    old, new = (ratio_in_words(Decimal(pair[side][risk])) if risk in pair[side] else "–" for side in ("old", "new"))
    return Change(CoveredRisk(risk).label, old, new)


def _shown(name: str, value: Any, row: Endorsement) -> Any:
    if name in AMOUNTS:
        return Money(Decimal(value), row.policy.currency)
    if name in CHOICES:
        return CHOICES[name].get(value, value)
    if name == "covers_services":
        return _("Goods and services") if value else _("Goods only")
    if name == "excluded_countries":
        return "、".join(country.name for country in Country.objects.filter(code__in=value)) or _("None")
    if name == "pre_shipment":
        return _("Yes") if value else _("No")
    if name == "pre_shipment_ratio" and value:
        return ratio_in_words(Decimal(value))
    if name == "affiliates":
        return "、".join(str(Affiliate(**one)) for one in value) or _("None")
    return value if value not in (None, "") else "–"


@dataclass(frozen=True)
class Version:
    """One version of the schedule in the history of a policy; `last_day` None: to the end of the policy."""

    schedule: PolicySchedule
    first_day: date
    last_day: date | None
    is_now: bool


def versions(policy: Policy) -> list[Version]:
    """What was, is and will be in force, newest first; what was replaced before its first day was over is left out."""
    signed = list(policy.schedules.order_by("version"))
    base = version_on(signed, date.min)
    lived = [one for one in signed if one is base or one.endorsement_no]
    today = version_on(signed, clock.today())
    ends = [one.effective_from for one in lived[1:]]
    rows = [
        Version(one, one.effective_from, _before(end), one is today)
        for one, end in zip(lived, [*ends, None], strict=True)
    ]
    return [row for row in rows if row.last_day is None or row.first_day <= row.last_day][::-1]


def _before(day: date | None) -> date | None:
    return date.fromordinal(day.toordinal() - 1) if day else None
