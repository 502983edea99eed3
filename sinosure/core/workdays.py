"""Counting days on the PRC working calendar that is handed in (LN-3, LN-4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

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
    """Working days by date; years outside `official_years` fall back to Mon–Fri less the fixed holidays."""

    days: Mapping[date, bool]
    official_years: frozenset[int]
    names: Mapping[date, str] = field(default_factory=dict)

    def is_official(self, day: date) -> bool:
        return day.year in self.official_years

    def is_workday(self, day: date) -> bool:
        if self.is_official(day) and day in self.days:
            return self.days[day]
        return day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS

    def roll_forward(self, day: date) -> date:
        """`day` itself, or the next working day."""
        while not self.is_workday(day):
            day += _ONE
        return day

    def add_workdays(self, start: date, n: int) -> date:
        """The n-th working day after `start`."""
        day = start
        while n:
            day += _ONE
            n -= self.is_workday(day)
        return day
