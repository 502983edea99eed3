"""Due dates, the two-year ceiling, extensions and ageing (AMB-4, DEC-1, DEC-5, Quality §2 rows 1 to 3)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from declarations.ageing import Bucket, bucket, days_overdue
from declarations.due import (
    check_credit,
    due_on,
    exceeds_two_years,
    extension_allowed,
    extension_needs_consent,
    latest_due,
)
from sinosure.core.errors import DomainError


def test_the_due_date_is_the_basis_date_plus_the_credit_period():
    assert due_on(date(2026, 11, 23), 60) == date(2027, 1, 22)
    assert due_on(date(2024, 1, 30), 30) == date(2024, 2, 29)


def test_two_years_from_29_february_end_on_the_28th():
    assert latest_due(date(2024, 2, 29)) == date(2026, 2, 28)
    assert not exceeds_two_years(date(2024, 2, 29), date(2026, 2, 28))
    assert exceeds_two_years(date(2024, 2, 29), date(2026, 3, 1))


@pytest.mark.parametrize(("days", "exceeds"), [(729, False), (730, False), (731, True)])
def test_two_years_are_730_days(days, exceeds):
    shipped = date(2025, 6, 1)
    assert exceeds_two_years(shipped, shipped + timedelta(days=days)) is exceeds


def test_730_days_also_across_a_leap_day():  # 2023-03-01 + 2 years is 731 days
    assert exceeds_two_years(date(2023, 3, 1), date(2025, 3, 1))
    assert not exceeds_two_years(date(2023, 3, 1), date(2025, 2, 28))


@pytest.mark.parametrize(
    ("due", "code"),
    [
        (date(2024, 2, 28), "due_before_ship"),
        (date(2026, 3, 1), "tenor_exceeds_2y"),
        (date(2024, 2, 29), ""),
        (date(2026, 2, 28), ""),
    ],
)
def test_an_impossible_due_date_is_refused_with_what_to_do(due, code):
    shipped = date(2024, 2, 29)
    if not code:
        check_credit(shipped, due)
        return
    with pytest.raises(DomainError) as caught:
        check_credit(shipped, due)
    assert (caught.value.code, caught.value.field, caught.value.status) == (code, "due_on", 422)
    assert caught.value.text


@pytest.mark.parametrize(("days", "consent"), [(59, False), (60, False), (61, True)])
def test_an_extension_above_sixty_days_needs_consent(days, consent):
    due = date(2026, 3, 1)
    assert extension_needs_consent(due, due + timedelta(days=days)) is consent


@pytest.mark.parametrize(("overdue", "allowed"), [(-5, True), (29, True), (30, True), (31, False)])
def test_no_extension_once_thirty_days_overdue(overdue, allowed):
    due = date(2026, 3, 1)
    assert extension_allowed(due, due + timedelta(days=overdue)) is allowed


@pytest.mark.parametrize(
    ("days", "name"),
    [(-1, "NOT_DUE"), (0, "NOT_DUE"), (1, "D1_30"), (30, "D1_30"), (31, "D31_60"), (60, "D31_60"), (61, "D61_90"), (90, "D61_90"),
     (91, "OVER_90"), (1000, "OVER_90")],
)  # fmt: skip
def test_overdue_receivables_fall_into_buckets(days, name):
    due = date(2026, 3, 1)
    today = due + timedelta(days=days)
    assert bucket(due, today) == Bucket(name)
    assert days_overdue(due, today) == max(0, days)
