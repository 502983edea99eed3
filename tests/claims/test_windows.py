"""LN-1 … LN-5, LN-9, CLM-1: the last day, the day before and after it, and what lateness leads to."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from claims.windows import (
    Lateness,
    claim_filing,
    lateness_days,
    lateness_proposal,
    loss_notice_default,
    loss_notice_other,
)
from sinosure.reference.seed.calendar import shipped_calendar

CALENDAR = shipped_calendar()


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("due_on", "nominal", "last"),
    [
        ("2025-08-15", "2025-09-14", "2025-09-15"),  # Sunday → Monday
        ("2025-09-01", "2025-10-01", "2025-10-09"),  # National Day and Mid-Autumn
        ("2026-01-20", "2026-02-19", "2026-02-24"),  # Spring Festival
        ("2026-03-31", "2026-04-30", "2026-04-30"),  # a working Thursday
        ("2026-10-24", "2026-11-23", "2026-11-23"),  # Monday
        ("2024-01-30", "2024-02-29", "2024-02-29"),  # 29 February
        ("2025-01-30", "2025-03-01", "2025-03-03"),  # no 29 February; Saturday → Monday
        ("2025-12-01", "2025-12-31", "2025-12-31"),  # the last day of the year
        ("2025-12-02", "2026-01-01", "2026-01-04"),  # New Year; Sunday 4 January is made up
        ("2026-01-15", "2026-02-14", "2026-02-14"),  # a make-up Saturday is a working day
    ],
)
def test_notice_of_a_default_is_due_after_thirty_calendar_days(due_on, nominal, last):
    window = loss_notice_default(day(due_on), CALENDAR)
    assert (window.nominal_due, window.legal_due, window.provisional) == (day(nominal), day(last), False)


@pytest.mark.parametrize(
    ("known_on", "last"),
    [
        ("2025-09-26", "2025-10-16"), ("2025-01-23", "2025-02-12"), ("2026-02-10", "2026-03-02"),
        ("2026-04-30", "2026-05-18"), ("2026-09-18", "2026-10-09"), ("2026-11-20", "2026-12-04"),
    ],
)  # fmt: skip
def test_notice_of_any_other_risk_is_due_after_ten_working_days(known_on, last):
    window = loss_notice_other(day(known_on), CALENDAR)
    assert window.nominal_due == window.legal_due == day(last)


def test_a_risk_known_on_a_rest_day_starts_the_same_clock():  # Sat 21, Sun 22 and Fri 20 November 2026 all end alike
    last_days = {loss_notice_other(day(f"2026-11-{n}"), CALENDAR).legal_due for n in (20, 21, 22)}
    assert last_days == {day("2026-12-04")}


def test_a_window_into_2027_is_provisional_with_the_earliest_day_beside_it():
    window = loss_notice_other(day("2026-12-25"), CALENDAR)
    assert (window.legal_due, window.earliest, window.provisional) == (day("2027-01-11"), day("2027-01-08"), True)


@pytest.mark.parametrize(("offset", "late"), [(-1, 0), (0, 0), (1, 1), (23, 23)])
def test_lateness_is_counted_in_calendar_days_after_the_last_valid_day(offset, late):  # last valid 15 Sep 2025
    window = loss_notice_default(day("2025-08-15"), CALENDAR)
    assert lateness_days(window.legal_due + timedelta(days=offset), window) == late


def test_between_the_nominal_and_the_last_valid_day_nothing_is_late():
    window = loss_notice_default(day("2025-09-01"), CALENDAR)  # nominal 1 Oct, last valid 9 Oct
    assert lateness_days(day("2025-10-08"), window) == 0


def test_lateness_is_never_judged_on_a_provisional_date():
    window = loss_notice_default(day("2026-12-02"), CALENDAR)
    assert lateness_days(day("2027-06-01"), window) == 0


@pytest.mark.parametrize(
    ("days", "kind", "reduction"),
    [
        (0, Lateness.IN_TIME, "0"), (1, Lateness.REDUCE, "0.10"), (30, Lateness.REDUCE, "0.10"),
        (31, Lateness.REDUCE, "0.20"), (90, Lateness.REDUCE, "0.20"), (91, Lateness.REDUCE, "0.40"),
        (180, Lateness.REDUCE, "0.40"), (181, Lateness.REFER, "1"),
    ],
)  # fmt: skip
def test_the_proposal_for_a_late_notice(days, kind, reduction):
    assert lateness_proposal(days) == (kind, Decimal(reduction))


def test_a_claim_is_filed_within_365_days():  # 2024-02-29 + 365 = 2025-02-28, a Friday
    window = claim_filing(day("2024-02-29"), CALENDAR)
    assert window.nominal_due == window.legal_due == day("2025-02-28")
