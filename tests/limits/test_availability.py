"""LIM-6 and LIM-7: does a limit cover a shipment, and what is free."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limits.availability import (
    RANKS,
    LimitTerms,
    OpenItem,
    availability,
    available,
    covered_by_shipment,
    mismatch,
    term_group,
)

FROM, UNTIL = date(2026, 1, 1), date(2026, 12, 31)
money = st.decimals(min_value=0, max_value=10**9, places=2)


def a_limit(term: str = "OA", days: int = 90) -> LimitTerms:
    return LimitTerms(Decimal("200000"), term, days, FROM, UNTIL)


def reason(limit: LimitTerms, term: str = "OA", credit_days: int = 60, shipped_on: date = date(2026, 6, 1)) -> str:
    return mismatch(limit, term=term, credit_days=credit_days, shipped_on=shipped_on)


@pytest.mark.parametrize(("limit_term", "term"), list(product(["DP", "DA", "OA"], repeat=2)))
def test_a_buyers_limit_covers_its_own_term_and_less_risky_ones(limit_term, term):
    expected = "" if RANKS[term] <= RANKS[limit_term] else "TERM_RISKIER"
    assert reason(a_limit(limit_term), term) == expected


def test_a_limit_for_documents_against_payment_does_not_cover_open_account():  # example E3
    assert reason(a_limit("DP", 30), "OA", 60) == "TERM_RISKIER"


@pytest.mark.parametrize(
    ("limit_term", "term"), [("OA", "LC_SIGHT"), ("DP", "LC_USANCE"), ("LC_USANCE", "DP"), ("LC_SIGHT", "OA")]
)
def test_a_limit_on_the_bank_never_covers_the_buyer_and_the_other_way_round(limit_term, term):
    assert reason(a_limit(limit_term), term) == "NO_LIMIT"


def test_a_usance_limit_covers_sight_but_not_the_other_way_round():
    assert reason(a_limit("LC_USANCE"), "LC_SIGHT") == ""
    assert reason(a_limit("LC_SIGHT"), "LC_USANCE") == "TERM_RISKIER"


@pytest.mark.parametrize(("days", "expected"), [(89, ""), (90, ""), (91, "TENOR_LONGER")])
def test_the_credit_period_may_reach_the_days_of_the_limit(days, expected):
    assert reason(a_limit(days=90), credit_days=days) == expected


@pytest.mark.parametrize(
    ("shipped_on", "expected"),
    [
        (FROM - timedelta(days=1), "BEFORE_VALIDITY"), (FROM, ""),  # example E4
        (UNTIL, ""), (UNTIL + timedelta(days=1), "AFTER_VALIDITY"),
    ],
)  # fmt: skip
def test_the_shipment_date_must_lie_in_the_validity(shipped_on, expected):
    assert reason(a_limit(), shipped_on=shipped_on) == expected


def test_terms_fall_into_three_groups():
    assert [term_group(term) for term in RANKS] == ["LC", "LC", "DP", "DA_OA", "DA_OA"]


def test_used_and_available_before_and_after_a_receipt():  # examples E1, E2: limit 200,000
    before = availability(Decimal("200000"), [Decimal("80000"), Decimal("100000")], "USD")
    assert (before.used.amount, before.available.amount) == (Decimal("180000"), Decimal("20000"))
    excess = availability(Decimal("200000"), [Decimal("80000"), Decimal("100000"), Decimal("50000")], "USD")
    assert (excess.available.amount, excess.excess.amount) == (0, Decimal("30000"))
    assert [step.rule for step in excess.steps] == ["LIM-7", "LIM-7", "LIM-7", "LIM-8"]
    after = availability(Decimal("200000"), [Decimal("100000"), Decimal("50000")], "USD")
    assert (after.used.amount, after.available.amount) == (Decimal("150000"), Decimal("50000"))


def item(number: int, value: str, limit: str = "200000", shipped_on: date = date(2026, 6, 1)) -> OpenItem:
    return OpenItem(number, shipped_on + timedelta(days=number), Decimal(value), Decimal(limit))


def test_the_excess_becomes_covered_when_an_older_invoice_is_paid():  # E1: 30,000 of S3 over limit; E2: S1 paid
    first, second, third = item(1, "80000"), item(2, "100000"), item(3, "50000")
    assert covered_by_shipment([first, second, third])[3] == Decimal("20000")
    assert covered_by_shipment([second, third])[3] == Decimal("50000")


def test_a_cut_leaves_shipped_goods_covered_and_gives_nothing_new():  # 150,000 under 200,000; then limit 100,000
    covered = covered_by_shipment([item(1, "150000"), item(2, "80000", limit="100000")])
    assert covered == {1: Decimal("150000"), 2: Decimal(0)}


def test_an_increase_counts_for_later_shipments_only():  # 250,000 under 200,000, then 300,000
    covered = covered_by_shipment([item(1, "250000"), item(2, "150000", limit="300000")])
    assert covered == {1: Decimal("200000"), 2: Decimal("100000")}


@given(st.lists(money, max_size=10), money)
def test_the_waterfall_never_covers_more_than_the_limit_or_the_value(values, limit):
    items = [OpenItem(n, FROM, value, limit) for n, value in enumerate(values)]
    covered = covered_by_shipment(items)
    assert sum(covered.values(), Decimal(0)) == min(sum(values, Decimal(0)), limit)
    assert all(0 <= covered[found.id] <= found.value for found in items)


@given(st.lists(money, max_size=10), st.lists(money, min_size=10, max_size=10))
def test_whatever_the_limits_were_the_cover_stays_under_the_highest(values, limits):
    items = [OpenItem(n, FROM, value, limit) for n, (value, limit) in enumerate(zip(values, limits, strict=False))]
    assert sum(covered_by_shipment(items).values(), Decimal(0)) <= max(limits)


@given(money, money)
def test_available_is_never_negative(limit, used):
    assert available(limit, used) == max(Decimal(0), limit - used)
