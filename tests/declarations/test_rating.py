"""§4.4: the rate table, the bands of the credit period, the premium of a line."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declarations.rating import (
    BASE_RATES_PCT,
    base_rate_pct,
    flat_premium,
    line_rate_pct,
    minimum_shortfall,
    percentage_factor,
    premium,
    tenor_multiplier,
)

NINETY = Decimal("0.90")


def test_the_table_has_every_class_and_term_group_and_riskier_is_dearer():
    assert list(BASE_RATES_PCT) == list("ABCDE")
    for rates in BASE_RATES_PCT.values():
        assert rates["LC"] < rates["DP"] < rates["DA_OA"]
    for group in ("LC", "DP", "DA_OA"):
        rates = [base_rate_pct(letter, group) for letter in "ABCDE"]
        assert rates == sorted(rates)


@pytest.mark.parametrize(
    ("days", "multiplier"),
    [(0, "0.8"), (30, "0.8"), (31, "1.0"), (60, "1.0"), (61, "1.2"), (90, "1.2"), (91, "1.4"), (120, "1.4"), (121, "1.7"),
     (180, "1.7"), (181, "2.4"), (365, "2.4"), (366, "4.0"), (730, "4.0")],
)  # fmt: skip
def test_the_credit_period_has_its_band(days, multiplier):
    assert tenor_multiplier(days) == Decimal(multiplier)


def test_two_years_is_the_end_of_the_table():
    with pytest.raises(ValueError, match="731"):
        tenor_multiplier(731)


@pytest.mark.parametrize(
    ("amount", "letter", "group", "days", "experience", "rate", "due"),
    [
        ("200000", "B", "DA_OA", 60, "1", "0.24", "480.00"),  # P1
        ("200000", "B", "DA_OA", 90, "1", "0.288", "576.00"),  # P2
        ("500000", "B", "LC", 60, "1", "0.09", "450.00"),  # P3
        ("150000", "C", "DA_OA", 100, "0.9", "0.4536", "680.40"),  # P4: 0.36 × 1.4 × 0.9
    ],
)
def test_the_worked_examples(amount, letter, group, days, experience, rate, due):
    found = line_rate_pct(letter, group, days, NINETY, Decimal(experience))
    assert found == Decimal(rate)
    assert flat_premium(Decimal(amount), found).premium == Decimal(due)


def test_a_lower_percentage_lowers_the_rate():  # 0.24 × 80 / 90 = 0.213333
    assert percentage_factor(NINETY) == 1
    assert line_rate_pct("B", "DA_OA", 60, Decimal("0.80")) == Decimal("0.213333")


def test_a_premium_shows_how_it_came_about():
    found = premium(Decimal("150000"), Decimal("0.36"), Decimal("1.4"), experience=Decimal("0.9"))
    assert [step.as_json()["value"] for step in found.steps] == ["0.36", "1.4", "1", "0.9", "0.4536", "680.40"]


def test_the_premium_is_rounded_half_up_to_the_currency():  # 1,001 × 0.05 % = 0.5005
    assert flat_premium(Decimal(1001), Decimal("0.05")).premium == Decimal("0.50")
    assert flat_premium(Decimal(1010), Decimal("0.05")).premium == Decimal("0.51")  # 0.505
    assert flat_premium(Decimal(1001), Decimal("0.05"), "JPY").premium == Decimal(1)


def test_the_minimum_premium_is_topped_up_at_expiry():
    assert minimum_shortfall(Decimal("10000"), Decimal("7200")) == Decimal("2800")
    assert minimum_shortfall(Decimal("10000"), Decimal("12000")) == 0


@given(st.integers(0, 729), st.sampled_from("ABCDE"), st.sampled_from(["LC", "DP", "DA_OA"]))
def test_a_longer_period_is_never_cheaper(days, letter, group):
    assert line_rate_pct(letter, group, days, NINETY) <= line_rate_pct(letter, group, days + 1, NINETY)
