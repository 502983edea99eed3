"""信保贷: a transparent scorecard, and the amount that follows from it (Rulebook §8.6). Pure: facts in, points and reasons out.

A table is never changed: a new one gets a new version, and a line names the version that judged it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from sinosure.core.money import Money
from sinosure.core.steps import Step

ZERO, ONE, HALF = Decimal(0), Decimal(1), Decimal("0.5")
RULE = "§8.6"
EXPORTS_SHARE = Decimal("0.30")
WHOLE = Decimal(1000)  # amounts are offered in whole thousands
LEAST = Decimal(10_000)


@dataclass(frozen=True)
class Facts:
    """What is known of an applicant on the day. Amounts in USD; `risky` is declared to countries of class D and E."""

    policy_days: int
    exports: Decimal
    open_amount: Decimal
    late_amount: Decimal
    claims: int
    green: int
    yellow: int
    red: int
    unknown: int
    declared: Decimal
    risky: Decimal

    @property
    def overdue_ratio(self) -> Decimal:
        return self.late_amount / self.open_amount if self.open_amount else ZERO

    @property
    def doubt_ratio(self) -> Decimal:
        """0 when every buyer is green, 1 when every one is red; who is not known is worth half. No buyer yet: half."""
        buyers = self.green + self.yellow + self.red + self.unknown
        return (self.red + HALF * (self.yellow + self.unknown)) / buyers if buyers else HALF

    @property
    def risky_ratio(self) -> Decimal:
        """No exports declared yet: a third."""
        return self.risky / self.declared if self.declared else Decimal("0.33")


@dataclass(frozen=True)
class Band:
    """`bound` is the last value that still falls into the band, in the direction of its factor; None takes the rest."""

    bound: Decimal | None
    points: int
    words: Any


@dataclass(frozen=True)
class Factor:
    """`bands` from the best to the worst. `helps`: what an applicant can do about it."""

    code: str
    label: Any
    measure: Callable[[Facts], Decimal]
    more_is_better: bool
    bands: tuple[Band, ...]
    helps: Any

    @property
    def most(self) -> int:
        return self.bands[0].points

    def place(self, facts: Facts) -> int:
        value = self.measure(facts)
        return next(n for n, band in enumerate(self.bands) if band.bound is None or self._reaches(value, band.bound))

    def _reaches(self, value: Decimal, bound: Decimal) -> bool:
        return value >= bound if self.more_is_better else value <= bound


@dataclass(frozen=True)
class Scorecard:
    version: str
    factors: tuple[Factor, ...]
    grades: tuple[tuple[str, int], ...]  # the best first, with the points it takes
    overdue_most: Decimal
    claims_most: int

    def factor(self, code: str) -> Factor:
        return next(one for one in self.factors if one.code == code)


def _bands(*rows: tuple[str | None, int, Any]) -> tuple[Band, ...]:
    return tuple(Band(None if bound is None else Decimal(bound), points, words) for bound, points, words in rows)


# [D]: no bank's own table is public
FIRST = Scorecard(
    "2026-1",
    (
        Factor("POLICY_AGE", _("Insured since"), lambda facts: Decimal(facts.policy_days), True, _bands(
            ("365", 15, _("Insured for a year or longer.")), ("180", 12, _("Insured for half a year or longer.")),
            ("90", 8, _("Insured for three months or longer.")), ("30", 5, _("Insured for a month or longer.")),
            (None, 2, _("Insured for less than a month.")),
        ), _("Keep the policy running and renew it: the points grow by themselves.")),
        Factor("EXPORTS", _("Exports of last year"), lambda facts: facts.exports, True, _bands(
            ("1000000", 20, _("Exports of USD 1 million or more.")), ("500000", 16, _("Exports of USD 500,000 or more.")),
            ("200000", 12, _("Exports of USD 200,000 or more.")), ("100000", 8, _("Exports of USD 100,000 or more.")),
            ("50000", 4, _("Exports of USD 50,000 or more.")), (None, 0, _("Exports of less than USD 50,000.")),
        ), _("With the next renewal declare the exports of the full year.")),
        Factor("OVERDUE", _("Overdue"), lambda facts: facts.overdue_ratio, False, _bands(
            ("0", 25, _("Nothing is overdue.")), ("0.05", 18, _("Up to 5 per cent of what is open is overdue.")),
            ("0.10", 10, _("Up to 10 per cent of what is open is overdue.")),
            ("0.20", 4, _("Up to 20 per cent of what is open is overdue.")),
            (None, 0, _("More than 20 per cent of what is open is overdue.")),
        ), _("Collect what is overdue, or book the receipts that have come in.")),
        Factor("CLAIMS", _("Claims in two years"), lambda facts: Decimal(facts.claims), False, _bands(
            ("0", 15, _("No claim in two years.")), ("1", 7, _("One claim in two years.")),
            (None, 0, _("Two claims or more in two years.")),
        ), _("Look at the credit light before you ship to a new buyer.")),
        Factor("LIGHTS", _("Buyers' credit lights"), lambda facts: facts.doubt_ratio, False, _bands(
            ("0", 15, _("Every buyer's light is green.")), ("0.25", 11, _("Most buyers' lights are green.")),
            ("0.50", 7, _("Half of the buyers are green, or not known yet.")), ("0.75", 3, _("Few buyers' lights are green.")),
            (None, 0, _("Nearly every buyer's light is red.")),
        ), _("Have unknown buyers looked up, and sell less to those with a red light.")),
        Factor("COUNTRIES", _("Countries of high risk"), lambda facts: facts.risky_ratio, False, _bands(
            ("0.10", 10, _("At most 10 per cent goes to countries of high risk.")),
            ("0.33", 6, _("At most a third goes to such countries.")),
            ("0.60", 3, _("At most 60 per cent goes to countries of high risk.")),
            (None, 0, _("Most exports go to countries of high risk.")),
        ), _("Spread your sales over countries of lower risk.")),
    ),
    (("A", 80), ("B", 65), ("C", 50)), Decimal("0.30"), 2,
)  # fmt: skip
SCORECARDS = {FIRST.version: FIRST}
BARRED: dict[str, tuple[Any, Any]] = {
    "TOO_MUCH_OVERDUE": (_("More than 30 per cent of what is open is overdue."), FIRST.factor("OVERDUE").helps),
    "TOO_MANY_CLAIMS": (_("More than two claims in two years."), FIRST.factor("CLAIMS").helps),
    "TOO_FEW_POINTS": (_("Fewer than 50 points."), _("See below what would bring the most points.")),
    "TOO_SMALL": (_("Less than CNY 10,000 could be lent."), _("Ask again when exports have grown.")),
}


@dataclass(frozen=True)
class Scored:
    """One factor with what it brought; `place` is the band."""

    factor: Factor
    value: Decimal
    place: int

    @property
    def points(self) -> int:
        return self.factor.bands[self.place].points

    @property
    def lost(self) -> int:
        return self.factor.most - self.points

    @property
    def code(self) -> str:
        return f"{self.factor.code}_{self.place}"

    @property
    def words(self) -> Any:
        return self.factor.bands[self.place].words


@dataclass(frozen=True)
class Score:
    """`grade` is empty when the applicant is declined; `barred` says why."""

    version: str
    scored: tuple[Scored, ...]
    points: int
    grade: str
    barred: tuple[str, ...]


def score(facts: Facts, card: Scorecard = FIRST) -> Score:
    scored = tuple(Scored(one, one.measure(facts), one.place(facts)) for one in card.factors)
    points = sum(one.points for one in scored)
    grade = next((name for name, least in card.grades if points >= least), "")
    tests = {
        "TOO_MUCH_OVERDUE": facts.overdue_ratio > card.overdue_most,
        "TOO_MANY_CLAIMS": facts.claims > card.claims_most,
        "TOO_FEW_POINTS": not grade,
    }
    barred = tuple(code for code, stands in tests.items() if stands)
    return Score(card.version, scored, points, "" if barred else grade, barred)


CEILINGS: dict[str, Any] = {
    "ABOVE_PRODUCT": _("The bank lends at most %(most)s under this product."),
    "ABOVE_EXPORTS": _("At most 30 %% of last year's exports is lent: %(most)s."),
    "ABOVE_POLICY": _("At most what is left of the policy's maximum is lent: %(most)s."),
}


@dataclass(frozen=True)
class Ceilings:
    """Each ceiling in the currency of the line, rounded down to whole thousands, with its working."""

    rooms: dict[str, Decimal]
    currency: str
    steps: tuple[Step, ...]

    @property
    def most(self) -> Decimal:
        return max(ZERO, min(self.rooms.values()))


def ceilings(product_most: Decimal, exports: Money, policy_left: Money, per_usd: Decimal, currency: str) -> Ceilings:
    """min(bank's maximum, 30 % of last year's exports, policy cap). `per_usd`: units of the line's currency for a dollar."""
    rooms = {
        "ABOVE_PRODUCT": product_most,
        "ABOVE_EXPORTS": in_thousands(exports.amount * EXPORTS_SHARE * per_usd),
        "ABOVE_POLICY": in_thousands(policy_left.amount * per_usd),
    }
    rate = {gettext_noop("Exchange rate"): per_usd}
    inputs: list[dict[str, Any]] = [
        {}, {gettext_noop("Exports of last year"): exports, gettext_noop("Portion"): EXPORTS_SHARE, **rate},
        {gettext_noop("Maximum liability less what was paid"): policy_left, **rate},
    ]  # fmt: skip
    labels = (_("Maximum of the product"), _("30 per cent of last year's exports"), _("Left of the policy"))
    steps = tuple(
        Step(RULE, label, Money(room, currency), given)
        for label, room, given in zip(labels, rooms.values(), inputs, strict=True)
    )
    return Ceilings(
        rooms, currency, (*steps, Step(RULE, _("The lowest of these"), Money(min(rooms.values()), currency)))
    )


def in_thousands(amount: Decimal) -> Decimal:
    return (amount / WHOLE).quantize(ONE, ROUND_DOWN) * WHOLE


@dataclass(frozen=True)
class Decision:
    """`amount` is zero when declined; `share` is what the grade takes of the lowest ceiling."""

    amount: Decimal
    barred: tuple[str, ...]
    steps: tuple[Step, ...]


def decide(found: Score, most: Ceilings, share: Decimal, asked: Decimal) -> Decision:
    """What is offered: never more than was asked for, nor than the grade's share of the lowest ceiling."""
    points = [Step(RULE, one.factor.label, f"{one.points} / {one.factor.most}", {gettext_noop("Measured"): shown(one)})
              for one in found.scored]  # fmt: skip
    total = Step(RULE, _("Points"), str(found.points), {gettext_noop("Grade"): found.grade or "–"})
    if found.barred:
        return Decision(ZERO, found.barred, (*points, total, *most.steps))
    granted = in_thousands(most.most * share)
    amount = min(in_thousands(asked), granted)
    last = (
        Step(RULE, _("Share of grade %(grade)s") % {"grade": found.grade}, Money(granted, most.currency), {gettext_noop("Portion"): share}),
        Step(RULE, _("Amount offered"), Money(amount, most.currency), {gettext_noop("Asked for"): Money(asked, most.currency)}),
    )  # fmt: skip
    if amount < LEAST:
        return Decision(ZERO, ("TOO_SMALL",), (*points, total, *most.steps, *last))
    return Decision(amount, (), (*points, total, *most.steps, *last))


def shown(one: Scored) -> Any:
    """The measured value as a person reads it."""
    if one.factor.code in ("OVERDUE", "LIGHTS", "COUNTRIES"):
        return f"{one.value * 100:.1f}%"
    return Money(one.value, "USD") if one.factor.code == "EXPORTS" else str(int(one.value))
