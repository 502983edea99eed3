"""Counting days: make-up weekends work, holidays do not, day 0 is not counted, unpublished years are provisional."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinosure.core.workdays import FIXED_HOLIDAYS, Calendar, calendar_days, working_days
from sinosure.reference.seed.calendar import shipped_calendar

SHIPPED = shipped_calendar()
days_2005_to_2025 = st.dates(date(2005, 1, 1), date(2025, 11, 1))


@pytest.mark.parametrize("day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"])
def test_make_up_weekend_days_are_working_days(day):
    found = date.fromisoformat(day)
    assert found.weekday() >= 5
    assert SHIPPED.is_workday(found)
    assert str(SHIPPED.why(found)) in ("Make-up working day", "调休上班日")


@pytest.mark.parametrize("day", ["2026-01-01", "2026-02-16", "2026-02-23", "2026-10-05", "2026-11-22"])
def test_holidays_and_ordinary_weekends_are_not(day):
    assert not SHIPPED.is_workday(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("known_on", "last_day"),
    [
        ("2026-02-10", "2026-03-02"),  # Sat 14 and 28 Feb work, 15–23 Feb off
        ("2026-04-28", "2026-05-14"),  # 1–5 May off, Sat 9 May works
        ("2026-09-24", "2026-10-15"),
        ("2026-09-30", "2026-10-20"),
        ("2026-11-23", "2026-12-07"),
    ],
)
def test_ten_working_days_over_holidays(known_on, last_day):
    window = working_days(date.fromisoformat(known_on), 10, SHIPPED)
    assert window.nominal_due == window.legal_due == date.fromisoformat(last_day)
    assert (window.provisional, window.earliest) == (False, None)


@pytest.mark.parametrize(
    ("start", "nominal"), [("2026-01-31", "2026-03-02"), ("2024-01-30", "2024-02-29"), ("2025-01-30", "2025-03-01")]
)
def test_thirty_days_are_thirty_days_never_a_month(start, nominal):
    assert calendar_days(date.fromisoformat(start), 30, SHIPPED).nominal_due == date.fromisoformat(nominal)


def test_without_rolling_the_nominal_day_is_the_last_one():  # Sun 14 Sep 2025
    window = calendar_days(date(2025, 8, 15), 30, SHIPPED, roll_forward=False)
    assert window.legal_due == window.nominal_due == date(2025, 9, 14)


def test_the_days_of_a_rolled_window_are_explained():  # due Fri 15 Aug 2025: nominal Sun 14 Sep, last valid Mon 15 Sep
    window = calendar_days(date(2025, 8, 15), 30, SHIPPED)
    assert len(window.days) == 32
    assert (window.days[0].date, window.days[0].counts) == (date(2025, 8, 15), False)
    assert sum(day.counts for day in window.days) == 30
    assert (window.days[30].date, window.days[30].counts) == (date(2025, 9, 14), True)
    assert (window.days[31].date, window.days[31].counts) == (date(2025, 9, 15), False)
    assert all(str(day.why) for day in window.days)


def test_an_official_year_needs_only_the_days_that_differ():
    sparse = Calendar({date(2025, 10, 1): False}, frozenset({2025}))
    assert not sparse.is_workday(date(2025, 10, 1))
    assert sparse.is_workday(date(2025, 10, 2))  # Thursday, not named: worked, the fixed holidays are no guess here
    assert not sparse.is_workday(date(2025, 10, 4))  # Saturday


def test_an_unpublished_year_falls_back_to_monday_to_friday_less_the_fixed_holidays():
    for month, day in FIXED_HOLIDAYS:
        assert not SHIPPED.is_workday(date(2027, month, day))
    assert SHIPPED.is_workday(date(2027, 1, 4))
    assert not SHIPPED.is_workday(date(2027, 1, 2))


@pytest.mark.parametrize(
    ("known_on", "provisional"), [("2026-12-17", False), ("2026-12-18", True), ("2026-12-31", True)]
)
def test_a_window_into_2027_is_provisional_from_18_december(known_on, provisional):
    assert working_days(date.fromisoformat(known_on), 10, SHIPPED).provisional is provisional


@pytest.mark.parametrize(("due_on", "provisional"), [("2026-12-01", False), ("2026-12-02", True)])
def test_a_thirty_day_window_into_2027_is_provisional_from_2_december(due_on, provisional):
    window = calendar_days(date.fromisoformat(due_on), 30, SHIPPED)
    assert window.provisional is provisional
    assert window.earliest == (window.nominal_due if provisional else None)


def test_loading_the_next_year_makes_a_window_certain():
    loaded = Calendar(SHIPPED.days | {date(2027, 1, 1): False}, SHIPPED.official_years | {2027}, SHIPPED.names)
    window = calendar_days(date(2026, 12, 2), 30, loaded)
    assert (window.legal_due, window.provisional) == (date(2027, 1, 4), False)


def test_working_days_between_are_counted_without_day_0():
    assert SHIPPED.count(date(2026, 2, 10), date(2026, 3, 2)) == 10
    assert SHIPPED.count(date(2026, 2, 10), date(2026, 2, 10)) == 0


@given(days_2005_to_2025, st.integers(1, 40))
def test_adding_and_counting_working_days_agree(start, n):
    due = SHIPPED.add_workdays(start, n)
    assert SHIPPED.is_workday(due)
    assert SHIPPED.count(start, due) == n
    window = working_days(start, n, SHIPPED)
    assert sum(day.counts for day in window.days) == n
    assert window.days[-1].date == due


@given(days_2005_to_2025, st.integers(1, 60))
def test_a_later_start_never_ends_earlier(start, n):
    later = start + timedelta(days=1)
    assert working_days(start, n, SHIPPED).legal_due <= working_days(later, n, SHIPPED).legal_due
    assert calendar_days(start, n, SHIPPED).legal_due <= calendar_days(later, n, SHIPPED).legal_due


@given(days_2005_to_2025, st.integers(1, 60))
def test_a_rolled_day_is_worked_and_nothing_worked_lies_before_it(start, n):
    window = calendar_days(start, n, SHIPPED)
    assert SHIPPED.is_workday(window.legal_due)
    assert SHIPPED.count(window.nominal_due - timedelta(days=1), window.legal_due) == 1
