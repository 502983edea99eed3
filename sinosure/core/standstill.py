"""While the demo plays the past, nobody else may wake clocks or send messages: they would do so on the wrong day.

A PostgreSQL advisory lock of the session: it goes when its holder ends, however it ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_KEY = 740_620_001


@contextmanager
def held() -> Iterator[None]:
    """Wait until those at work have finished, then keep everybody else still."""
    _ask("SELECT pg_advisory_lock(%s)")
    try:
        yield
    finally:
        _ask("SELECT pg_advisory_unlock(%s)")


@contextmanager
def unless_held() -> Iterator[bool]:
    """False when somebody keeps the clocks still; while it is True nobody can begin to."""
    may_work = bool(_ask("SELECT pg_try_advisory_lock_shared(%s)"))
    try:
        yield may_work
    finally:
        if may_work:
            _ask("SELECT pg_advisory_unlock_shared(%s)")


def _ask(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql, [_KEY])
        row = cursor.fetchone()
    return row[0] if row else None
