"""Reads of reference data that every layer needs, and the few writes to it."""

from __future__ import annotations

import time
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from sinosure.core.errors import DomainError
from sinosure.core.money import Money, round_money
from sinosure.core.workdays import Calendar
from sinosure.reference.models import BusinessDate, CalendarYear, ExchangeRate, WorkCalendarDay

_OFFSET_SECONDS = 1.0
_offset: tuple[float, timedelta] = (float("-inf"), timedelta())


def business_date_offset() -> timedelta:
    """How far the demo's business date is moved; read at most once a second per process. Zero outside the demo."""
    global _offset
    if not settings.DEMO:
        return timedelta()
    read_at, value = _offset
    if time.monotonic() - read_at > _OFFSET_SECONDS:
        value = timedelta(days=BusinessDate.objects.values_list("offset_days", flat=True).first() or 0)
        _offset = (time.monotonic(), value)
    return value


@transaction.atomic
def move_business_date(offset_days: int) -> None:
    """Set the demo's business date to `offset_days` after the real one."""
    global _offset
    if not settings.DEMO:
        raise DomainError("not_in_demo", _("The business date can only be moved in demo mode."))
    BusinessDate.objects.update_or_create(id=1, defaults={"offset_days": offset_days})
    _offset = (float("-inf"), timedelta())


def calendar_of(first_year: int, last_year: int) -> Calendar:
    """The working calendar from the table for these years (inclusive)."""
    return _calendar(first_year, last_year, _calendar_version())


def _calendar_version() -> object:
    """Changes with every load, also with one that was rolled back: the writing transaction and its moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(xmin::text::bigint), max(loaded_at) FROM reference_calendaryear")
        return cursor.fetchone()


@lru_cache(maxsize=64)
def _calendar(first_year: int, last_year: int, version: object) -> Calendar:
    """A newer load has another `version`, which is a new cache key."""
    rows = WorkCalendarDay.objects.filter(date__year__range=(first_year, last_year))
    official = CalendarYear.objects.filter(is_official=True).values_list("year", flat=True)
    days = {row.date: row.is_workday for row in rows}
    names = {row.date: row.name for row in rows if row.name}
    return Calendar(days=days, official_years=frozenset(official), names=names)


def calendar_around(day: date) -> Calendar:
    """The calendar of the year of `day`, the one before and the next two: enough for every window that starts there."""
    return calendar_of(day.year - 1, day.year + 2)


def rate_per_usd(currency: str, on: date) -> Decimal:
    """Units of `currency` per USD in force on `on`. Raises DomainError `no_rate`."""
    if currency == "USD":
        return Decimal(1)
    rows = ExchangeRate.objects.filter(currency_id=currency, day__lte=on).order_by("-day")
    rate = rows.values_list("per_usd", flat=True).first()
    if rate is None:
        message = _("There is no exchange rate for %(currency)s on or before %(day)s.")
        raise DomainError("no_rate", message, currency=currency, day=on)
    return rate


def fx(source: str, target: str, on: date) -> Decimal:
    """Units of `source` for one unit of `target` at the dated rates."""
    if source == target:
        return Decimal(1)
    return rate_per_usd(source, on) / rate_per_usd(target, on)


def convert(money: Money, target: str, on: date) -> Money:
    """`money` in `target` at the dated rate, rounded half-up to its minor unit."""
    if money.currency == target:
        return money
    return Money(round_money(money.amount / fx(money.currency, target, on), target), target)
