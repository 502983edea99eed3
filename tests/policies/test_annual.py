"""Premium for the year on estimated turnover, and its adjustment (AMB-10, PRM-4)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.annual import AnnualTerms, adjustment, annual_steps

TERMS = AnnualTerms(
    estimated=Decimal(2_000_000), flat_rate_pct=Decimal("0.27"), highest_ratio=Decimal("0.80"), minimum=Decimal(1_000),
    currency="USD", adjusts_above=Decimal("0.20"),
)  # fmt: skip
MONEY = st.decimals(0, 50_000_000, places=2)
ANY_TERMS = st.builds(
    AnnualTerms, estimated=st.decimals(1, 50_000_000, places=2), flat_rate_pct=st.decimals("0.01", "2", places=4),
    highest_ratio=st.decimals("0.50", "0.90", places=2), minimum=st.decimals(0, 5_000, places=2), currency=st.just("USD"),
    adjusts_above=st.just(Decimal("0.20")),
)  # fmt: skip


def test_the_premium_for_the_year_is_turnover_times_rate_times_percentage_factor():
    """2,000,000 × 0.27 % × 80/90 = 2,000,000 × 0.24 % = 4,800.00."""
    assert TERMS.premium == Decimal("4800.00")
    assert annual_steps(TERMS)[-1].value.amount == Decimal("4800.00")


def test_the_minimum_premium_is_the_least_that_a_year_costs():
    """300,000 × 0.24 % = 720, below the minimum of 1,000."""
    assert replace(TERMS, estimated=Decimal(300_000)).premium == Decimal(1_000)


@pytest.mark.parametrize(
    ("actual", "change"),
    [
        ("2400000", "0"),  # exactly 20 % more
        ("1600000", "0"),  # exactly 20 % less
        ("2600000", "1440.00"),  # 2,600,000 × 0.24 % = 6,240 − 4,800
        ("1000000", "-2400.00"),  # 1,000,000 × 0.24 % = 2,400 − 4,800
        ("0", "-3800.00"),  # the minimum premium of 1,000 is kept
    ],
)
def test_the_whole_difference_is_adjusted_beyond_the_band(actual, change):
    assert adjustment(TERMS, Decimal(actual)).change == Decimal(change)


def test_who_paid_the_minimum_pays_more_only_above_it():
    """Estimate 300,000 cost the minimum 1,000; 400,000 × 0.24 % = 960 is still below it."""
    low = replace(TERMS, estimated=Decimal(300_000))
    assert adjustment(low, Decimal(400_000)).change == 0
    assert adjustment(low, Decimal(500_000)).change == Decimal("200.00")


@given(ANY_TERMS, MONEY)
def test_the_premium_after_adjustment_is_never_below_the_minimum(terms, actual):
    assert terms.premium + adjustment(terms, actual).change >= terms.minimum


@given(ANY_TERMS, MONEY)
def test_more_turnover_never_returns_premium_and_less_never_costs_any(terms, actual):
    change = adjustment(terms, actual).change
    assert change >= 0 if actual >= terms.estimated else change <= 0


@given(ANY_TERMS, MONEY, MONEY)
def test_whoever_ships_more_does_not_pay_less(terms, one, other):
    low, high = sorted((one, other))
    paid = [terms.premium + adjustment(terms, actual).change for actual in (low, high)]
    if min(abs(low - terms.estimated), abs(high - terms.estimated)) > terms.band:
        assert paid[0] <= paid[1]


@given(ANY_TERMS, MONEY)
def test_beyond_the_band_the_year_costs_what_it_would_have_cost_with_the_right_estimate(terms, actual):
    if abs(actual - terms.estimated) > terms.band and actual > 0:
        assert terms.premium + adjustment(terms, actual).change == replace(terms, estimated=actual).premium


def test_a_flat_rate_of_ten_per_cent_is_shown_in_full():  # normalised it would read 1E+1
    steep = replace(TERMS, flat_rate_pct=Decimal("10.000000"))
    assert str(annual_steps(steep)[1].value) == "10"
