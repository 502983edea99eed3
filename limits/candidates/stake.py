"""The exposure at stake on obligors: policies, limits and use from here, open shipments from the app above."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from limits.models import CreditLimit


@dataclass(frozen=True)
class OpenShipments:
    """Shipments on one obligor that are not paid, in one currency."""

    obligor_id: int
    currency: str
    count: int
    amount: Decimal


@dataclass
class Stake:
    """One obligor and currency: never added up over currencies."""

    currency: str
    policies: int = 0
    limit: Decimal = Decimal(0)
    used: Decimal = Decimal(0)
    shipments: int = 0
    open_amount: Decimal = Decimal(0)

    def as_json(self) -> dict[str, Any]:
        return {name: str(value) if isinstance(value, Decimal) else value for name, value in asdict(self).items()}


Source = Callable[[Collection[int]], Iterable[OpenShipments]]


@dataclass
class _Sources:
    open_shipments: list[Source] = field(default_factory=list)


_sources = _Sources()


def register(open_shipments: Source) -> None:
    """`open_shipments(obligor_ids)` tells what is on the way or unpaid, over all policies."""
    if open_shipments not in _sources.open_shipments:
        _sources.open_shipments.append(open_shipments)


def at_stake(obligor_ids: Collection[int]) -> dict[int, list[Stake]]:
    """By obligor, a line a currency; two queries however many obligors."""
    found: dict[tuple[int, str], Stake] = {}
    rows = CreditLimit.objects.filter(obligor__in=obligor_ids).order_by().values("obligor_id", "currency")
    for row in rows.annotate(policies=Count("policy", distinct=True), limit=Sum("amount"), drawn=Sum("used")):
        line = Stake(row["currency"], row["policies"], row["limit"], row["drawn"])
        found[row["obligor_id"], row["currency"]] = line
    for one in (one for source in _sources.open_shipments for one in source(obligor_ids)):
        line = found.setdefault((one.obligor_id, one.currency), Stake(one.currency))
        line.shipments, line.open_amount = one.count, one.amount
    by_obligor: dict[int, list[Stake]] = {pk: [] for pk in obligor_ids}
    for (obligor_id, _currency), line in sorted(found.items()):
        by_obligor[obligor_id].append(line)
    return by_obligor
