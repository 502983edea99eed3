"""The working calendar that ships with the project: the days 2004–2026 that differ from Mon–Fri."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from sinosure.core.workdays import Calendar

FILE = Path(__file__).with_name("calendar.csv")
FIRST_YEAR, LAST_OFFICIAL_YEAR = 2004, 2026
SOURCE = "State Council holiday notices, via the holidays package"


@lru_cache(maxsize=1)
def shipped_rules() -> tuple[tuple[date, bool, str], ...]:
    """(day, is it worked, name) of every day that differs from Mon–Fri."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple((date.fromisoformat(row["date"]), row["is_workday"] == "1", row["name"]) for row in rows)


@lru_cache(maxsize=1)
def shipped_calendar() -> Calendar:
    """All days of the shipped years, as a value."""
    days = {day: day.weekday() < 5 for day in _all_days()}
    days |= {day: is_workday for day, is_workday, _name in shipped_rules()}
    names = {day: name for day, is_workday, name in shipped_rules() if not is_workday and name}
    return Calendar(days, frozenset(range(FIRST_YEAR, LAST_OFFICIAL_YEAR + 1)), names)


def _all_days() -> list[date]:
    first, last = date(FIRST_YEAR, 1, 1), date(LAST_OFFICIAL_YEAR, 12, 31)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
