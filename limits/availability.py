"""Does a limit cover a shipment, and how much of it (LIM-6, LIM-7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from sinosure.core.money import Money
from sinosure.core.steps import Step

ZERO = Decimal(0)
RANKS = {"LC_SIGHT": 0, "LC_USANCE": 1, "DP": 2, "DA": 3, "OA": 4}
GROUPS = {"LC_SIGHT": "LC", "LC_USANCE": "LC", "DP": "DP", "DA": "DA_OA", "OA": "DA_OA"}


@dataclass(frozen=True)
class LimitTerms:
    """One limit version as the rule sees it; `valid_until` is the last day."""

    amount: Decimal
    term: str
    max_credit_days: int
    valid_from: date
    valid_until: date


def term_group(term: str) -> str:
    """LC (on the bank), DP or DA_OA (on the buyer)."""
    return GROUPS[term]


def mismatch(limit: LimitTerms, *, term: str, credit_days: int, shipped_on: date) -> str:
    """Why the limit does not cover the shipment, as a reason code; "" when it does (LIM-6).

    A limit on the bank never covers the buyer's risk, and the other way round: that is as good as no limit.
    """
    if (term_group(limit.term) == "LC") != (term_group(term) == "LC"):
        return "NO_LIMIT"
    if shipped_on < limit.valid_from:
        return "BEFORE_VALIDITY"
    if shipped_on > limit.valid_until:
        return "AFTER_VALIDITY"
    if RANKS[term] > RANKS[limit.term]:
        return "TERM_RISKIER"
    return "TENOR_LONGER" if credit_days > limit.max_credit_days else ""


def available(limit: Decimal, used: Decimal) -> Decimal:
    """What is free under a limit, never below 0."""
    return max(ZERO, limit - used)


@dataclass(frozen=True)
class OpenItem:
    """An open shipment under one limit: `limit` is the amount in force at its shipment date."""

    id: int
    shipped_on: date
    value: Decimal
    limit: Decimal


def covered_by_shipment(items: Iterable[OpenItem]) -> dict[int, Decimal]:
    """The waterfall in shipment order: covered = min(value, limit at shipment − covered before), never below 0."""
    covered, total = {}, ZERO
    for item in sorted(items, key=lambda item: (item.shipped_on, item.id)):
        covered[item.id] = min(item.value, available(item.limit, total))
        total += covered[item.id]
    return covered


def used(values: Sequence[Decimal]) -> Decimal:
    """Σ open value of the shipments that the limit matches; may exceed the limit (the excess is not covered)."""
    return sum(values, ZERO)


@dataclass(frozen=True)
class Availability:
    """What is in force, drawn and free under one limit, with its working. `excess` is declared but not covered (LIM-8)."""

    limit: Money
    used: Money
    available: Money
    excess: Money
    steps: tuple[Step, ...]


def availability(limit: Decimal, values: Sequence[Decimal], currency: str) -> Availability:
    """LIM-7 on one day: the limit in force, the open values of the shipments it matches, what is free."""
    drawn = Money(used(values), currency)
    whole, excess = Money(limit, currency), Money(max(ZERO, drawn.amount - limit), currency)
    free = Money(available(limit, drawn.amount), currency)
    steps = [
        Step("LIM-7", _("Limit in force"), whole),
        Step("LIM-7", _("Open value of the matched shipments"), drawn),
        Step("LIM-7", _("Available"), free),
    ]
    if excess:
        steps.append(Step("LIM-8", _("Above the limit: declared, not covered"), excess))
    return Availability(whole, drawn, free, excess, tuple(steps))
