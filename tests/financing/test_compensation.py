"""Who bears a scheme's loss, in order (Rulebook §8.7): golden lines, and what holds whatever the figures."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from financing.schemes.compensation import Loss, Shares, compensate

D = Decimal
SHARES = Shares(D("0.20"), D("0.40"), D("0.40"))


@pytest.mark.parametrize(
    ("loss", "parts"),
    [
        # 100,000 less 80,000 of the insurer: 40 % of 20,000 from the fund
        (Loss(D(100_000), D(80_000), D(1_000_000), False, "USD"), ("80000", "0", "8000", "12000")),
        # the same with a guarantee: 40 % of 20,000 each
        (Loss(D(100_000), D(80_000), D(1_000_000), True, "USD"), ("80000", "8000", "8000", "4000")),
        # refused claim, guarantee: 40 / 40 / 20
        (Loss(D(100_000), D(0), D(1_000_000), True, "USD"), ("0", "40000", "40000", "20000")),
        # the fund holds 15,000 of the 40,000: the bank bears what is missing
        (Loss(D(100_000), D(0), D(15_000), True, "USD"), ("0", "40000", "15000", "45000")),
        (Loss(D(100_000), D(0), D(0), False, "USD"), ("0", "0", "0", "100000")),
        # an indemnity above the loss: nothing is left
        (Loss(D(40_000), D(50_000), D(1_000), True, "USD"), ("40000", "0", "0", "0")),
        # cents: 33.33 × 40 % = 13.332 → 13.33; the bank takes the odd cent
        (Loss(D("33.33"), D(0), D(100), True, "USD"), ("0", "13.33", "13.33", "6.67")),
        (Loss(D(101), D(0), D(100), True, "JPY"), ("0", "40", "40", "21")),
    ],
)
def test_indemnity_then_guarantee_then_fund_then_bank(loss, parts):
    found = compensate(loss, SHARES)
    assert (found.indemnity, found.guarantee, found.fund, found.bank) == tuple(map(D, parts))
    assert len(found.steps) == 6


def test_what_the_fund_could_not_pay_is_told():
    assert compensate(Loss(D(100_000), D(0), D(15_000), True, "USD"), SHARES).fund_short == 25_000


cents = st.decimals(0, 500_000, places=2)
percents = st.integers(0, 100)
shares = st.tuples(percents, percents).map(
    lambda two: Shares(D(100 - max(two)) / 100, D(min(two)) / 100, D(max(two) - min(two)) / 100)
)
losses = st.builds(Loss, cents, cents, cents, st.booleans(), st.just("USD"))


@given(losses, shares)
def test_the_parts_tie_and_nobody_pays_more_than_its_share(loss, by):
    found = compensate(loss, by)
    left = loss.amount - found.indemnity
    assert found.indemnity + found.guarantee + found.fund + found.bank == loss.amount
    assert found.guarantee <= left * by.guarantor
    assert found.fund <= min(loss.fund_left, left * by.fund)
    assert found.bank >= left * by.bank
    assert min(found.indemnity, found.guarantee, found.fund, found.bank, found.fund_short) >= 0
    assert found.guarantee == 0 or loss.is_guaranteed


@given(losses, shares, cents)
def test_more_indemnity_never_costs_the_others_more(loss, by, more):
    """Who stands behind it in the order pays the same or less."""
    richer = Loss(loss.amount, loss.indemnity + more, loss.fund_left, loss.is_guaranteed, loss.currency)
    before, after = compensate(loss, by), compensate(richer, by)
    assert after.guarantee <= before.guarantee
    assert after.fund <= before.fund
