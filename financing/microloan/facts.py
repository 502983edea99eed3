"""What the scorecard reads of an applicant: policies, registered invoices, receipts, buyers. In USD at today's rates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Min, QuerySet, Sum

from credit_info.models import Light, Obligor
from declarations.models import Shipment
from financing.microloan.scorecard import ZERO, Facts
from policies.lifecycle import WITH_COVER
from policies.micro.selectors import cover_of
from policies.models import Policy
from policies.selectors import liability_left
from sinosure.core import clock
from sinosure.core.money import Money, round_money
from sinosure.core.steps import plain
from sinosure.reference.services import rate_per_usd

A_YEAR, TWO_YEARS = timedelta(days=365), timedelta(days=730)
RISKY = ("D", "E")


@dataclass(frozen=True)
class ClaimsSeen:
    """Claims filed since a day, and the last of them."""

    count: int = 0
    last_on: date | None = None


_claims: list[Callable[[int, date], ClaimsSeen]] = []


def register_claims(find: Callable[[int, date], ClaimsSeen]) -> None:
    """The app of claims stands above: it hands in how many a policyholder has filed since a day."""
    _claims[:] = [find]


@dataclass(frozen=True)
class Dossier:
    """The facts with the days and sums they rest on, and the two amounts that cap a line, in USD."""

    facts: Facts
    exports: Money
    policy_left: Money
    as_shown: dict[str, Any]


def dossier(policy: Policy) -> Dossier:
    """Everything the rules ask about the holder of a policy. A handful of queries, whatever it has registered."""
    today, holder = clock.today(), policy.policyholder_id
    since = _insured_since(policy)
    lines = Shipment.objects.live().filter(policyholder=holder)
    recent = lines.filter(shipped_on__gt=today - A_YEAR)
    seen = _claims[0](holder, today - TWO_YEARS) if _claims else ClaimsSeen()
    lights = _lights(recent)
    exports, left = exports_of(policy), in_usd(liability_left(policy) or Money(ZERO, policy.currency))
    found = Facts(
        policy_days=(today - since).days, exports=exports.amount, open_amount=_usd(lines, "open_amount"),
        late_amount=_usd(lines.overdue(today), "open_amount"), claims=seen.count,
        green=lights.get(Light.GREEN, 0), yellow=lights.get(Light.YELLOW, 0), red=lights.get(Light.RED, 0),
        unknown=lights.get(Light.UNKNOWN, 0), declared=_usd(recent, "amount"),
        risky=_usd(recent.filter(obligor__country__risk_class__in=RISKY), "amount"),
    )  # fmt: skip
    return Dossier(found, exports, left, _as_shown(found, since, seen, today))


def _insured_since(policy: Policy) -> date:
    rows = Policy.objects.filter(policyholder=policy.policyholder_id, state__in=WITH_COVER)
    first: date | None = rows.aggregate(first=Min("starts_on"))["first"]
    return min(first or policy.starts_on, clock.today())


def exports_of(policy: Policy) -> Money:
    """Exports of last year as declared with the policy."""
    cover = cover_of(policy)
    return Money(cover.exports_last_year if cover else ZERO, "USD")


def in_usd(money: Money) -> Money:
    return Money(round_money(money.amount / rate_per_usd(money.currency, clock.today()), "USD"), "USD")


def _usd(rows: QuerySet[Shipment], column: str) -> Decimal:
    sums = rows.order_by().values("currency").annotate(total=Sum(F(column)))
    return sum((in_usd(Money(row["total"], row["currency"])).amount for row in sums), ZERO)


def _lights(rows: QuerySet[Shipment]) -> dict[str, int]:
    known = Obligor.objects.filter(pk__in=rows.values("obligor"))
    return dict(known.order_by().values_list("light").annotate(count=Count("pk")))


def _as_shown(found: Facts, since: date, seen: ClaimsSeen, today: date) -> dict[str, Any]:
    """The dated facts behind the points, as they are kept with the line: plain text."""
    shown = {name: plain(value) for name, value in vars(found).items()}
    return {**shown, "as_of": str(today), "insured_since": str(since), "last_claim_on": str(seen.last_on or "")}
