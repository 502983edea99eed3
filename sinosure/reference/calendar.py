"""Write the working calendar: a year from its official notice or provisionally (LN-4), with the running day number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.workdays import FIXED_HOLIDAYS
from sinosure.reference.models import CalendarYear, WorkCalendarDay
from sinosure.reference.seed import calendar as shipped

FIRST_YEAR, LAST_YEAR = 2004, 2100
ALARM_DAYS = 60
LEAST_REST_DAYS = 7
FALLBACK_SOURCE = "Mon-Fri less the fixed-date holidays, until the notice is published"
FALLBACK_NAMES = {1: "元旦", 5: "劳动节", 10: "国庆节"}


@dataclass(frozen=True)
class DayRule:
    """A day that differs from Mon–Fri: a holiday, or a weekend day that is worked (调休上班)."""

    date: date
    is_workday: bool
    name: str

    def as_json(self) -> dict[str, object]:
        return {"date": self.date.isoformat(), "is_workday": self.is_workday, "name": self.name}

    @classmethod
    def from_json(cls, stored: dict[str, object]) -> DayRule:
        return cls(date.fromisoformat(str(stored["date"])), bool(stored["is_workday"]), str(stored["name"]))


def check_rules(year: int, rules: Iterable[DayRule]) -> None:
    """Refuse what cannot be a year's notice. Raises DomainError naming the first fault."""
    rules = list(rules)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DomainError("bad_year", _("The year must lie between %(first)s and %(last)s."), field="year",
                          first=FIRST_YEAR, last=LAST_YEAR)  # fmt: skip
    wrong = next((rule for rule in rules if rule.date.year != year), None)
    if wrong is not None:
        raise DomainError("other_year", _("%(day)s does not lie in %(year)s."), field="text", day=wrong.date, year=year)
    if len({rule.date for rule in rules}) != len(rules):
        raise DomainError("day_twice", _("A day is named twice as holiday and as working day."), field="text")
    if sum(not rule.is_workday for rule in rules) < LEAST_REST_DAYS:
        raise DomainError(
            "too_few_holidays",
            _("Fewer than %(least)s days off were found. Paste the whole notice with all its holidays."),
            field="text", least=LEAST_REST_DAYS,
        )  # fmt: skip


def fallback_rules(year: int) -> list[DayRule]:
    """The fixed-date holidays, for a year that is not published yet (LN-4)."""
    return [DayRule(date(year, month, day), False, FALLBACK_NAMES[month]) for month, day in sorted(FIXED_HOLIDAYS)]


@dataclass(frozen=True)
class YearOfRules:
    """A year as it is to be stored."""

    year: int
    rules: tuple[DayRule, ...]
    is_official: bool
    source: str


@transaction.atomic
def store_year(*, year: int, rules: Iterable[DayRule], is_official: bool, source: str) -> CalendarYear:
    """Replace one year and renumber the working days after it."""
    store_years([YearOfRules(year, tuple(rules), is_official, source)])
    return CalendarYear.objects.get(year=year)


@transaction.atomic
def store_years(years: Iterable[YearOfRules]) -> None:
    """Replace whole years, days and status, and number the working days anew."""
    chosen, loaded_at = list(years), _loaded_at()
    rows = [row for one in chosen for row in _days_of(one)]
    WorkCalendarDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["date"], update_fields=["is_workday", "name", "source"]
    )
    CalendarYear.objects.bulk_create(
        [CalendarYear(year=o.year, is_official=o.is_official, source=o.source, loaded_at=loaded_at) for o in chosen],
        update_conflicts=True, unique_fields=["year"], update_fields=["is_official", "source", "loaded_at"],
    )  # fmt: skip
    renumber()


@transaction.atomic
def seed_calendar() -> None:
    """The shipped official years and the year after them by the fallback. Years that are there already stay."""
    have = set(CalendarYear.objects.values_list("year", flat=True))
    store_years(one for one in _shipped_years() if one.year not in have)


def _shipped_years() -> Iterator[YearOfRules]:
    by_year: dict[int, list[DayRule]] = defaultdict(list)
    for day, is_workday, name in shipped.shipped_rules():
        by_year[day.year].append(DayRule(day, is_workday, name))
    for year in range(shipped.FIRST_YEAR, shipped.LAST_OFFICIAL_YEAR + 1):
        yield YearOfRules(year, tuple(by_year[year]), True, shipped.SOURCE)
    following = shipped.LAST_OFFICIAL_YEAR + 1
    yield YearOfRules(following, tuple(fallback_rules(following)), False, FALLBACK_SOURCE)


def _days_of(one: YearOfRules) -> Iterator[WorkCalendarDay]:
    rules, source = {rule.date: rule for rule in one.rules}, one.source[:60]
    day = date(one.year, 1, 1)
    while day.year == one.year:
        rule = rules.get(day)
        is_workday = rule.is_workday if rule else day.weekday() < 5
        yield WorkCalendarDay(date=day, is_workday=is_workday, name=rule.name if rule else "", source=source, ordinal=0)
        day += timedelta(days=1)


def renumber() -> None:
    """`ordinal` of every day = working days up to and including it."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE reference_workcalendarday")  # without it a fresh table is joined row by row: a minute
        cursor.execute(
            "UPDATE reference_workcalendarday d SET ordinal = n.ordinal FROM "
            "(SELECT date, sum(is_workday::int) OVER (ORDER BY date) AS ordinal FROM reference_workcalendarday) n "
            "WHERE d.date = n.date AND d.ordinal <> n.ordinal"
        )


def _loaded_at() -> datetime:
    """Now, and always after the load before, so that caches notice although the demo's date was moved back."""
    latest = CalendarYear.objects.aggregate(at=Max("loaded_at"))["at"]
    now = clock.now()
    return now if latest is None or latest < now else latest + timedelta(microseconds=1)


def official_until() -> date | None:
    """The last day for which the State Council's arrangement is loaded without a gap before it."""
    years = CalendarYear.objects.filter(is_official=True).order_by("-year").values_list("year", flat=True)
    latest = years.first()
    return date(latest, 12, 31) if latest else None


def days_until_gap(today: date) -> int | None:
    """Days until the official data runs out; None while that is further away than ALARM_DAYS."""
    until = official_until()
    left = (until - today).days if until else 0
    return left if left <= ALARM_DAYS else None
