"""Who pays, who may be on a list, and which figures are told (PLT-1, PLT-3, PLT-4, PLT-6)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.pooled.eligibility import Candidate, Known, fault_of
from policies.pooled.premium import shares
from policies.pooled.suppression import FEWEST, Cell, told

FREE = Known({}, {}, {})


def d(text: str | int) -> Decimal:
    return Decimal(text)


@pytest.mark.parametrize(
    ("mode", "ratio", "subsidy", "payable", "back"),
    [
        ("GOVERNMENT_PAYS", "1", "840", "0", "0"),
        ("PERCENT", "0.6", "504", "336", "0"),  # 840 × 60 % = 504
        ("PAY_THEN_REIMBURSE", "1", "840", "840", "840"),
        ("PAY_THEN_REIMBURSE", "0.5", "420", "840", "420"),
    ],
)
def test_who_pays_a_premium_of_840(mode, ratio, subsidy, payable, back):
    found = shares(d(840), mode, d(ratio), "USD")
    assert (found.gross, found.subsidy, found.payable, found.reimbursed) == (d(840), d(subsidy), d(payable), d(back))


@given(st.decimals("0.01", "99999", places=2), st.decimals("0.01", "0.99", places=2))
def test_the_three_figures_of_an_invoice_tie_to_the_cent(gross, ratio):
    found = shares(gross, "PERCENT", ratio, "USD")
    assert found.deducted + found.payable == found.gross
    assert found.deducted == found.subsidy


def test_a_half_cent_of_subsidy_is_rounded_up_and_the_exporter_pays_the_rest():
    found = shares(d("300.01"), "PERCENT", d("0.5"), "USD")  # 150.005 → 150.01, 150.00
    assert (found.subsidy, found.payable) == (d("150.01"), d("150.00"))


def test_exports_at_the_threshold_are_in_and_a_cent_more_is_out():
    assert fault_of(Candidate(2, "A", d("3000000")), d("3000000"), FREE) is None
    fault = fault_of(Candidate(2, "A", d("3000000.01")), d("3000000"), FREE)
    assert (fault.code, fault.field) == ("above_threshold", "exports_last_year")
    assert fault.message % fault.params == "Exports of 3,000,000.01 are above the platform's threshold of 3,000,000.00."


@pytest.mark.parametrize(
    ("known", "code"),
    [
        (Known({"A": 7}, {}, {}), "duplicate_in_file"),
        (Known({}, {"A": ("PP-1", "ML-1")}, {}), "listed_already"),
        (Known({}, {}, {"A": ("XBY-1", date(2026, 12, 31))}), "insured_already"),
        (Known({}, {}, {}, frozenset({"A"})), "not_an_exporter"),
    ],
)
def test_what_stands_against_a_row(known, code):
    assert fault_of(Candidate(9, "A", d(1)), d(10), known).code == code


def test_a_row_without_exports_is_refused():
    assert fault_of(Candidate(9, "A", d(0)), d(10), FREE).code == "no_exports"


def column(**firms: int):
    """Each firm counts for 100."""
    return told({name: Cell(count, d(count * 100)) for name, count in firms.items()})


def shown(found) -> dict[str, int | None]:
    return {**{name: cell.value and int(cell.value) for name, cell in found.cells.items()}, "total": found.total.value and int(found.total.value)}  # fmt: skip


def test_cells_of_five_firms_are_told():
    assert shown(column(a=5, b=40)) == {"a": 500, "b": 4000, "total": 4500}


def test_without_the_second_cell_the_total_gives_the_first_away():
    """The control: hide only the cell of three firms, and 4,500 − 4,000 − 200 tells it."""
    plain = {"a": None, "b": 4000, "c": 700, "total": 5000}
    assert plain["total"] - plain["b"] - plain["c"] == 300
    assert shown(column(a=3, b=40, c=7)) == {"a": None, "b": 4000, "c": None, "total": 5000}


def test_two_small_cells_that_are_four_firms_together_take_a_third_with_them():
    """Else total − shown is a figure of four firms."""
    assert shown(column(a=1, b=3, c=9, e=20)) == {"a": None, "b": None, "c": None, "e": 2000, "total": 3300}


def test_when_nothing_else_can_be_hidden_the_total_is_not_told():
    assert shown(column(a=3, b=0)) == {"a": None, "b": 0, "total": None}
    assert shown(column(a=4)) == {"a": None, "total": None}


@given(st.lists(st.integers(0, 30), min_size=1, max_size=8))
def test_no_sum_of_what_is_hidden_is_of_fewer_than_five_firms(firms):
    counts = {str(n): count for n, count in enumerate(firms)}
    found = column(**counts)
    hidden = [counts[name] for name, cell in found.cells.items() if cell.is_hidden]
    assert all(cell.is_hidden or not 0 < cell.firms < FEWEST for cell in [*found.cells.values(), found.total])
    if hidden and not found.total.is_hidden:
        assert len(hidden) > 1
        assert sum(hidden) >= FEWEST
