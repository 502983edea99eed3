"""The only source of now and today. Business dates are Asia/Shanghai; the demo may move them by whole days.

The layer above hands in where the offset is kept (`set_offset_source`); tests freeze the clock with `frozen`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)
_offset_source: Callable[[], timedelta] = timedelta


def set_offset_source(source: Callable[[], timedelta]) -> None:
    """Hand in the function that tells how far the business date is moved."""
    global _offset_source
    _offset_source = source


def offset() -> timedelta:
    """How far the business date is moved; zero outside the demo."""
    return _offset_source()


def now() -> datetime:
    """This moment, timezone-aware, moved with the business date."""
    return _frozen.get() or datetime.now(UTC) + offset()


def today() -> date:
    """The business date in Asia/Shanghai."""
    return business_date(now())


def unmoved_today() -> date:
    """The real day in Asia/Shanghai, whatever the demo's business date."""
    return business_date(datetime.now(UTC))


def business_date(moment: datetime) -> date:
    """The Shanghai calendar day in which `moment` falls (15:59:59Z is still the same day, 16:00:00Z the next)."""
    return moment.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """The first instant of `day` in Shanghai."""
    return datetime.combine(day, time.min, SHANGHAI)


def end_of(day: date) -> datetime:
    """The first instant after `day` in Shanghai: a period that includes `day` ends here."""
    return start_of(day + timedelta(days=1))


@contextmanager
def frozen(moment: datetime | date) -> Iterator[None]:
    """Stop the clock at a moment, or at noon Shanghai of a day."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(12), SHANGHAI)
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)
