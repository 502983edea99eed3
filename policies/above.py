"""What the apps above know of a policy, asked through registries that they fill in `AppConfig.ready()`.

`latest_risk_day`: the last day on which a risk attached (declarations: the latest shipment). `open_items`: what of the
period is still open (receivables, notices of premium, loss notices, claims, loans), each with how many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet


@dataclass(frozen=True)
class OpenItem:
    """So many of a thing that keeps the run-off open; `label` is lazy."""

    label: Any
    count: int


RiskDay = Callable[[int], date | None]
Counting = Callable[[int], int]
Financing = Callable[[QuerySet[Any]], Iterable[tuple[int, str, Decimal]]]
_FINANCING: dict[str, Financing] = {}
_RISK_DAYS: dict[str, RiskDay] = {}
_PREMIUM: dict[str, Callable[[int], Decimal]] = {}
_OPEN_ITEMS: dict[str, tuple[Any, Counting]] = {}


def register_risk_day(name: str, ask: RiskDay) -> None:
    """`ask(policy_id)` gives the latest day on which a risk attached, or None."""
    _RISK_DAYS[name] = ask


def register_open_item(name: str, label: Any, count: Counting) -> None:
    """`count(policy_id)` says how many of `label` are open."""
    _OPEN_ITEMS[name] = (label, count)


def latest_risk_day(policy_id: int) -> date | None:
    """The latest of what every app above answers."""
    days = [day for ask in _RISK_DAYS.values() if (day := ask(policy_id)) is not None]
    return max(days, default=None)


def register_premium(name: str, ask: Callable[[int], Decimal]) -> None:
    """`ask(policy_id)` gives the premium charged under a policy, in its currency."""
    _PREMIUM[name] = ask


def premium_of(policy_id: int) -> Decimal:
    return sum((ask(policy_id) for ask in _PREMIUM.values()), Decimal(0))


def register_financing(name: str, ask: Financing) -> None:
    """`ask(policies)` gives (policy id, currency, amount lent) of what banks lent under these policies."""
    _FINANCING[name] = ask


def financing_under(policies: QuerySet[Any]) -> list[tuple[int, str, Decimal]]:
    return [row for ask in _FINANCING.values() for row in ask(policies)]


def open_items(policy_id: int) -> list[OpenItem]:
    """Everything that is open, nothing that is not; empty when the run-off may be closed."""
    counted = [OpenItem(label, count(policy_id)) for label, count in _OPEN_ITEMS.values()]
    return [item for item in counted if item.count]
