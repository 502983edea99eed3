"""Dates: four written forms and the serial number of a spreadsheet's date cell, between 2000 and 2100."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from sinosure.core.errors import DomainError
from sinosure.core.parsing.reading import Parsed, narrow, read_as, shortened

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
_DATES = [
    re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", re.ASCII),
    re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日", re.ASCII),
]
_TWO_WAYS = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](\d{2}|\d{4})", re.ASCII)
_EPOCH_1900, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)


@lru_cache(maxsize=16384)
def parse_date(text: str) -> Parsed[date]:
    """YYYY-MM-DD, YYYY/MM/DD, YYYYMMDD or YYYY年M月D日 between 2000 and 2100. `bad_date`, `ambiguous_date` (400)."""
    raw = str(text)
    shown = narrow(raw)
    match = next((m for pattern in _DATES if (m := pattern.fullmatch(shown))), None)
    if match is None and _TWO_WAYS.fullmatch(shown):
        message = _("“%(raw)s” can be read in two ways. Write the date as 2026-11-23.")
        raise DomainError("ambiguous_date", message, status=400, raw=shortened(raw))
    if match is None or shown.count("-") == shown.count("/") == 1:
        raise _bad_date(raw)
    day = _day(raw, *map(int, match.groups()))
    return Parsed(day, raw, read_as(raw, day))


def _day(raw: str, year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise _bad_date(raw) from error
    return _in_range(found, raw)


def _in_range(day: date, raw: str) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise _bad_date(raw)
    return day


def _bad_date(raw: str) -> DomainError:
    message = _("“%(raw)s” is not a date between 2000 and 2100. Write it as 2026-11-23.")
    return DomainError("bad_date", message, status=400, raw=shortened(raw))


def date_from_serial(serial: Decimal | int | float, *, is_1904: bool = False) -> Parsed[date]:
    """The day of a date cell, its time dropped. 45000 is 2023-03-15, in a 1904 workbook 2027-03-16.

    Only for cells that the workbook itself marks as dates. `bad_date` for 60, the 1900-02-29 that never was.
    """
    raw = str(serial)
    try:
        whole = int(serial)
        day = (_EPOCH_1904 if is_1904 else _EPOCH_1900) + timedelta(days=whole)
    except (ValueError, OverflowError) as error:
        raise _bad_date(raw) from error
    return Parsed(_in_range(day, raw), raw)
