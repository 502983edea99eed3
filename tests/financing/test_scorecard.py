"""The scorecard of 信保贷: one golden line a row of the table, and what must hold whatever the figures."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from financing.microloan.scorecard import FIRST, Ceilings, Facts, ceilings, decide, score
from sinosure.core.money import Money

D = Decimal
BEST = Facts(400, D(1_000_000), D(100_000), D(0), 0, 4, 0, 0, 0, D(500_000), D(0))
# what changes on the best applicant -> points of that factor
ROWS: list[tuple[str, dict[str, object], int]] = [
    ("POLICY_AGE", {"policy_days": 365}, 15),
    ("POLICY_AGE", {"policy_days": 364}, 12),
    ("POLICY_AGE", {"policy_days": 179}, 8),
    ("POLICY_AGE", {"policy_days": 89}, 5),
    ("POLICY_AGE", {"policy_days": 29}, 2),
    ("EXPORTS", {"exports": D(1_000_000)}, 20),
    ("EXPORTS", {"exports": D("999999.99")}, 16),
    ("EXPORTS", {"exports": D("499999.99")}, 12),
    ("EXPORTS", {"exports": D("199999.99")}, 8),
    ("EXPORTS", {"exports": D("99999.99")}, 4),
    ("EXPORTS", {"exports": D("49999.99")}, 0),
    ("OVERDUE", {"late_amount": D(0)}, 25),
    ("OVERDUE", {"late_amount": D(5_000)}, 18),  # 5,000 / 100,000
    ("OVERDUE", {"late_amount": D("5000.01")}, 10),
    ("OVERDUE", {"late_amount": D("10000.01")}, 4),
    ("OVERDUE", {"late_amount": D("20000.01")}, 0),
    ("CLAIMS", {"claims": 0}, 15),
    ("CLAIMS", {"claims": 1}, 7),
    ("CLAIMS", {"claims": 2}, 0),
    ("LIGHTS", {"green": 4}, 15),
    ("LIGHTS", {"green": 3, "red": 1}, 11),  # 1 / 4
    ("LIGHTS", {"green": 1, "red": 1, "unknown": 2, "yellow": 0}, 7),  # (1 + 2 × 0.5) / 4
    ("LIGHTS", {"green": 1, "red": 3}, 3),
    ("LIGHTS", {"green": 0, "red": 4}, 0),
    ("LIGHTS", {"green": 0}, 7),  # no buyer yet
    ("COUNTRIES", {"risky": D(50_000)}, 10),  # 10 %
    ("COUNTRIES", {"risky": D(50_001)}, 6),
    ("COUNTRIES", {"risky": D(165_001)}, 3),
    ("COUNTRIES", {"risky": D(300_001)}, 0),
    ("COUNTRIES", {"declared": D(0)}, 6),
]


@pytest.mark.parametrize(("code", "changes", "points"), ROWS)
def test_each_row_of_the_table_brings_its_points(code, changes, points):
    found = score(replace(BEST, **changes))
    assert next(one.points for one in found.scored if one.factor.code == code) == points
    assert found.points == 100 - next(one.factor.most for one in found.scored if one.factor.code == code) + points


def test_every_row_is_tested():
    assert {(one.code, band.points) for one in FIRST.factors for band in one.bands} == {
        (code, points) for code, _changes, points in ROWS
    }
    assert sum(one.most for one in FIRST.factors) == 100


@pytest.mark.parametrize(
    ("changes", "points", "grade", "barred"),
    [
        ({}, 100, "A", ()),
        ({"claims": 2, "policy_days": 200}, 82, "A", ()),  # 100 − 15 − 3
        ({"claims": 2, "policy_days": 100}, 78, "B", ()),  # 100 − 15 − 7
        ({"late_amount": D(30_000), "policy_days": 20, "risky": D(400_000)}, 52, "C", ()),  # 100 − 25 − 13 − 10
        ({"late_amount": D("30000.01")}, 75, "", ("TOO_MUCH_OVERDUE",)),
        ({"claims": 3}, 85, "", ("TOO_MANY_CLAIMS",)),
        ({"late_amount": D(25_000), "claims": 2, "green": 0, "red": 2, "risky": D(400_000)}, 35, "",
         ("TOO_FEW_POINTS",)),  # 100 − 25 − 15 − 15 − 10
    ],
)  # fmt: skip
def test_points_make_the_grade_and_a_bar_overrules_it(changes, points, grade, barred):
    found = score(replace(BEST, **changes))
    assert (found.points, found.grade, found.barred) == (points, grade, barred)


def test_the_lowest_ceiling_decides_and_the_grade_takes_its_share():
    """30 % × 1,000,000 × 7.1 = 2,130,000; 150,000 × 7.1 = 1,065,000; of that 80 % = 852,000."""
    most = ceilings(D(2_000_000), Money(D(1_000_000), "USD"), Money(D(150_000), "USD"), D("7.1"), "CNY")
    assert most.rooms == {"ABOVE_PRODUCT": D(2_000_000), "ABOVE_EXPORTS": D(2_130_000), "ABOVE_POLICY": D(1_065_000)}
    assert most.most == 1_065_000
    found = decide(score(BEST), most, D("0.80"), D(1_000_000))
    assert (found.amount, found.steps[-1].value) == (D(852_000), Money(D(852_000), "CNY"))
    assert decide(score(BEST), most, D(1), D(650_000)).amount == 650_000


def test_what_would_be_less_than_ten_thousand_is_declined():
    most = ceilings(D(2_000_000), Money(D(4_000), "USD"), Money(D(150_000), "USD"), D("7.1"), "CNY")
    assert most.most == 8_000  # 1,200 × 7.1 = 8,520
    assert decide(score(BEST), most, D(1), D(8_000)).barred == ("TOO_SMALL",)


# whatever the figures --------------------------------------------------------------------------------------------------

usd = st.decimals(0, 2_000_000, places=2)
counts = st.integers(0, 6)
facts = st.builds(
    Facts, policy_days=st.integers(0, 2_000), exports=usd, open_amount=usd.filter(bool), late_amount=usd, claims=counts,
    green=counts, yellow=counts, red=counts, unknown=counts, declared=usd.filter(bool), risky=usd,
)  # fmt: skip
rooms = st.builds(
    lambda product, exports, left, rate: ceilings(product, Money(exports, "USD"), Money(left, "USD"), rate, "CNY"),
    st.integers(10, 3_000).map(lambda n: D(n) * 1000), usd, usd, st.decimals(6, 8, places=4),
)  # fmt: skip
shares = {"A": D(1), "B": D("0.8"), "C": D("0.5")}


def amount_of(one: Facts, most: Ceilings, asked: Decimal) -> Decimal:
    found = score(one)
    return decide(found, most, shares.get(found.grade, D(0)), asked).amount


@given(facts, rooms, usd)
def test_never_more_than_asked_nor_than_any_ceiling(one, most, asked):
    amount = amount_of(one, most, asked)
    assert 0 <= amount <= min(asked, *most.rooms.values()) or amount == 0


@given(facts, rooms, usd, st.data())
def test_a_better_applicant_never_gets_less(one, most, asked, data):
    better = [
        replace(one, policy_days=one.policy_days + data.draw(st.integers(0, 400))),
        replace(one, exports=one.exports + data.draw(usd)),
        replace(one, late_amount=one.late_amount / 2),
        replace(one, claims=max(0, one.claims - 1)),
        replace(one, red=max(0, one.red - 1), green=one.green + min(1, one.red)),
        replace(one, risky=one.risky / 2),
    ]
    for other in better:
        assert score(other).points >= score(one).points
        assert amount_of(other, most, asked) >= amount_of(one, most, asked)


@given(facts)
def test_points_are_those_of_the_factors_and_every_reason_has_words(one):
    found = score(one)
    assert found.points == sum(part.points for part in found.scored)
    assert all(str(part.words) and 0 <= part.points <= part.factor.most for part in found.scored)
