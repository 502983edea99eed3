"""The platform in figures (PLT-6): firms served, exports supported, indemnity paid, financing supported, coverage rate.

A sponsor gets them by city with what tells of single firms taken out; the insurer's staff, who see every claim, gets all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum

from policies.above import financing_under
from policies.pooled.models import PlatformMember, PooledPlatform
from policies.pooled.states import MemberState
from policies.pooled.suppression import Cell, Column, plainly, told
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.reference.services import convert

CURRENCY = "USD"
ZERO = Decimal(0)
FIRMS, EXPORTS, PAID, LENT = "firms", "exports", "paid", "lent"
COLUMNS = (FIRMS, EXPORTS, PAID, LENT)


@dataclass(frozen=True)
class Line:
    """One city, or the total; `name` blank for the total."""

    name: str
    firms: Cell
    exports: Cell
    paid: Cell
    lent: Cell


@dataclass(frozen=True)
class Figures:
    """Amounts in USD. `coverage` is insured / eligible, None when the number of insured firms is not told."""

    lines: list[Line]
    total: Line
    eligible: int
    coverage: Decimal | None
    is_reduced: bool


def figures(platform: PooledPlatform, actor: Actor) -> Figures:
    """As the actor may see them."""
    show = plainly if actor.is_insurer else told
    columns = {name: show(cells) for name, cells in _cells(platform).items()}
    cities = sorted(columns[FIRMS].cells)
    total = Line("", *(columns[name].total for name in COLUMNS))
    insured = total.firms.value
    return Figures(
        [_line(city, columns) for city in cities], total, platform.eligible_firms,
        None if insured is None else insured / platform.eligible_firms,
        any(columns[name].cells[city].is_hidden for name in COLUMNS for city in cities),
    )  # fmt: skip


def _line(city: str, columns: Mapping[str, Column]) -> Line:
    return Line(city, *(columns[name].cells[city] for name in COLUMNS))


def _cells(platform: PooledPlatform) -> dict[str, dict[str, Cell]]:
    """Each column by city, with the number of firms behind each figure."""
    members = PlatformMember.objects.filter(platform=platform, state=MemberState.ISSUED)
    rows = members.order_by("city").values("city").annotate(
        count=Count("id"), exports=Sum("exports_last_year"), paid=Sum("policy__liability__paid_total"),
        paid_firms=Count("id", filter=Q(policy__liability__paid_total__gt=0)),
    )  # fmt: skip
    lent = _lent(platform)
    found: dict[str, dict[str, Cell]] = {name: {} for name in COLUMNS}
    for row in rows:
        city = row["city"]
        found[FIRMS][city] = Cell(row["count"], Decimal(row["count"]))
        found[EXPORTS][city] = Cell(row["count"], row["exports"])
        found[PAID][city] = Cell(row["paid_firms"], row["paid"] or ZERO)
        found[LENT][city] = lent.get(city, Cell(0, ZERO))
    return found


def _lent(platform: PooledPlatform) -> dict[str, Cell]:
    """By city what banks lent to members under their policies, in USD at today's rates."""
    members = PlatformMember.objects.filter(platform=platform, state=MemberState.ISSUED)
    rows = financing_under(members.values("policy"))
    cities = dict(members.filter(policy__in=[policy for policy, *_money in rows]).values_list("policy", "city"))
    firms: dict[str, set[int]] = defaultdict(set)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for policy, currency, amount in rows:
        firms[cities[policy]].add(policy)
        sums[cities[policy]] += convert(Money(amount, currency), CURRENCY, clock.today()).amount
    return {city: Cell(len(firms[city]), sums[city]) for city in sums}
