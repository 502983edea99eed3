"""§6.4: where a buyer's money goes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from declarations.allocation import OpenReceivable, allocate, share_after_loss

MARCH = OpenReceivable(1, date(2025, 3, 1), Decimal("40000"), "INV1")
APRIL = OpenReceivable(2, date(2025, 4, 1), Decimal("100000"), "INV2")
ALL = [APRIL, MARCH]


def paid(amount: str, receivables=ALL, **options) -> tuple[dict[int, Decimal], Decimal]:
    rows, left = allocate(Decimal(amount), receivables, **{"account_overdue": True, **options})
    return {row.id: row.amount for row in rows}, left


def test_an_overdue_account_pays_the_oldest_due_date_first():  # 70,000: 40,000 then 30,000
    assert paid("70000") == ({1: Decimal("40000"), 2: Decimal("30000")}, 0)


def test_what_the_buyer_wrote_counts_only_before_the_account_is_overdue():
    assert paid("70000", reference="INV2", account_overdue=False) == ({2: Decimal("70000")}, 0)
    assert paid("70000", reference="INV2", account_overdue=True) == ({1: Decimal("40000"), 2: Decimal("30000")}, 0)


def test_what_exceeds_the_named_invoice_goes_to_the_oldest():
    assert paid("110000", reference="INV2", account_overdue=False) == ({2: Decimal("100000"), 1: Decimal("10000")}, 0)


def test_an_unknown_reference_is_as_good_as_none():
    assert paid("50000", reference="INV9", account_overdue=False) == ({1: Decimal("40000"), 2: Decimal("10000")}, 0)


def test_the_same_due_date_is_settled_by_id():
    twins = [OpenReceivable(n, date(2025, 3, 1), Decimal(10)) for n in (7, 3, 5)]
    assert paid("15", twins) == ({3: Decimal(10), 5: Decimal(5)}, 0)


def test_what_is_left_over_is_told():
    assert paid("200000") == ({1: Decimal("40000"), 2: Decimal("100000")}, Decimal("60000"))
    assert paid("100", []) == ({}, Decimal(100))


def test_each_allocation_names_its_rule():
    rows, _left = allocate(Decimal("110000"), ALL, reference="INV2", account_overdue=False)
    assert [row.rule for row in rows] == ["REFERENCE", "OLDEST_DUE"]


def test_after_the_loss_money_is_shared_pro_rata():  # interest 90,000 of 100,000: 18,000 of 20,000
    assert share_after_loss(Decimal("20000"), Decimal("90000"), Decimal("100000")) == Decimal("18000")
    assert share_after_loss(Decimal("100"), Decimal("150000"), Decimal("100000")) == Decimal(100)


money = st.decimals(min_value=0, max_value=10**9, places=2)
receivables = st.lists(
    st.builds(OpenReceivable, id=st.integers(1, 10**6), due_on=st.dates(date(2024, 1, 1), date(2026, 12, 31)), open_amount=money),
    max_size=8, unique_by=lambda row: row.id,
)  # fmt: skip


@given(money, receivables)
def test_nothing_is_lost_and_nothing_overpaid(amount, rows):
    allocations, left = allocate(amount, rows, account_overdue=True)
    owed = {row.id: row.open_amount for row in rows}
    assert sum((row.amount for row in allocations), left) == amount
    assert all(0 < row.amount <= owed[row.id] for row in allocations)
    assert left == 0 or sum(owed.values()) + left == amount
