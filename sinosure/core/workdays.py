"""Counting days on the PRC working calendar that is handed in (LN-3, LN-4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

_ONE = timedelta(days=1)
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


@dataclass(frozen=True)
class CountedDay:
    """One day of a window: whether it counts, and why not."""

    date: date
    counts: bool
    why: Any


@dataclass(frozen=True)
class Window:
    """A counted period. Day 0 is `starts_on`; `legal_due` is the last valid day, `nominal_due` the day to file by."""

    starts_on: date
    nominal_due: date
    legal_due: date
    provisional: bool
    earliest: date | None
    days: tuple[CountedDay, ...]


@dataclass(frozen=True)
class Calendar:
    """Working days by date; years outside `official_years` fall back to Mon–Fri less the fixed holidays (LN-4).

    In an official year a day that is not in `days` is an ordinary one: worked from Monday to Friday.
    """

    days: Mapping[date, bool]
    official_years: frozenset[int]
    names: Mapping[date, str] = field(default_factory=dict)

    def is_official(self, day: date) -> bool:
        return day.year in self.official_years

    def is_workday(self, day: date) -> bool:
        if day.year in self.official_years:
            return self.days.get(day, day.weekday() < 5)
        return day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS

    def roll_forward(self, day: date) -> date:
        """`day` itself, or the next working day."""
        while not self.is_workday(day):
            day += _ONE
        return day

    def why(self, day: date) -> Any:
        """In words: working day, make-up day, weekend or which holiday."""
        if not self.is_official(day):
            return self._why_unpublished(day)
        if self.is_workday(day):
            return _("Make-up working day") if day.weekday() >= 5 else _("Working day")
        return self.names.get(day) or (_("Weekend") if day.weekday() >= 5 else _("Public holiday"))

    def _why_unpublished(self, day: date) -> Any:
        if (day.month, day.day) in FIXED_HOLIDAYS:
            return _("Fixed-date holiday")
        return _("Weekend") if day.weekday() >= 5 else _("Monday to Friday; the year's holidays are not published yet")

    def plain_weekdays(self, start: date, n: int) -> date:
        """The n-th Monday-to-Friday day after `start`, with no holiday at all: the earliest plausible date."""
        day = start
        while n > 0:
            day += _ONE
            n -= day.weekday() < 5
        return day

    def add_workdays(self, start: date, n: int) -> date:
        """The n-th working day after `start`."""
        day = start
        while n > 0:
            day += _ONE
            n -= self.is_workday(day)
        return day

    def count(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`."""
        return sum(self.is_workday(start + k * _ONE) for k in range(1, (end - start).days + 1))


def calendar_days(start: date, n: int, calendar: Calendar, *, roll_forward: bool = True) -> Window:
    """The n-th calendar day after `start`; from a rest day it rolls to the next working day (Civil Code 203)."""
    nominal = start + n * _ONE
    legal = calendar.roll_forward(nominal) if roll_forward else nominal
    days = tuple(_calendar_day(start + k * _ONE, k, nominal, calendar) for k in range((legal - start).days + 1))
    provisional = roll_forward and not _all_official(calendar, nominal, legal)
    return Window(start, nominal, legal, provisional, nominal if provisional else None, days)


def working_days(start: date, n: int, calendar: Calendar) -> Window:
    """The n-th PRC working day after `start` (day 0 does not count); make-up Saturdays and Sundays count."""
    due = calendar.add_workdays(start, n)
    days = tuple(_working_day(start + k * _ONE, k, calendar) for k in range((due - start).days + 1))
    provisional = not _all_official(calendar, start + _ONE, due)
    earliest = Calendar({}, frozenset()).plain_weekdays(start, n) if provisional else None
    return Window(start, due, due, provisional, earliest, days)


def _all_official(calendar: Calendar, first: date, last: date) -> bool:
    return all(year in calendar.official_years for year in range(first.year, last.year + 1))


def _calendar_day(day: date, k: int, nominal: date, calendar: Calendar) -> CountedDay:
    if k == 0:
        return CountedDay(day, False, _("Day 0: the day of the event is not counted"))
    if day < nominal or (day == nominal and calendar.is_workday(day)):
        return CountedDay(day, True, _("Counts: every calendar day"))
    if calendar.is_workday(day):
        return CountedDay(day, False, _("First working day after the period: last valid day"))
    return CountedDay(day, day == nominal, calendar.why(day))


def _working_day(day: date, k: int, calendar: Calendar) -> CountedDay:
    if k == 0:
        return CountedDay(day, False, _("Day 0: the day of the event is not counted"))
    return CountedDay(day, calendar.is_workday(day), calendar.why(day))
