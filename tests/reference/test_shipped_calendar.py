"""The calendar file that ships with the project, against two independent sources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import chinese_calendar
import holidays

from sinosure.reference.seed.calendar import FIRST_YEAR, LAST_OFFICIAL_YEAR, shipped_calendar, shipped_rules


def every_day() -> Iterator[date]:
    day = date(FIRST_YEAR, 1, 1)
    while day.year <= LAST_OFFICIAL_YEAR:
        yield day
        day += timedelta(days=1)


def test_the_file_is_what_the_holidays_package_says():
    china = holidays.country_holidays("CN", years=range(FIRST_YEAR - 1, LAST_OFFICIAL_YEAR + 2), language="zh_CN")
    made_up = china.weekend_workdays
    expected = {day: (day.weekday() < 5 and day not in china) or day in made_up for day in every_day()}
    calendar = shipped_calendar()
    assert [day for day, is_workday in expected.items() if calendar.is_workday(day) != is_workday] == []


def test_it_differs_from_chinesecalendar_on_one_day_only():
    calendar = shipped_calendar()
    differing = [day for day in every_day() if calendar.is_workday(day) != chinese_calendar.is_workday(day)]
    assert differing == [date(2005, 12, 31)]


def test_every_rule_changes_an_ordinary_day_or_names_a_holiday():
    for day, is_workday, name in shipped_rules():
        assert is_workday != (day.weekday() < 5) or name, day


def test_it_is_official_for_2004_to_2026_and_no_longer():
    assert shipped_calendar().official_years == frozenset(range(2004, 2027))
