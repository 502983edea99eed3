"""Wake the clocks whose moment has come: remind, or let them fall due with their effect, each exactly once.

Batches of open rows are claimed with FOR UPDATE SKIP LOCKED on the partial index `deadline_wakes`; state, event,
effect and messages are written in the transaction that holds the rows. What a killed worker held, the next one takes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db import connection, transaction
from django.db.models import Q

from sinosure.core import clock
from sinosure.deadlines import telling
from sinosure.deadlines.models import Deadline, DeadlineState
from sinosure.deadlines.registry import KINDS, REMINDER_HOUR, DeadlineKind

log = logging.getLogger(__name__)
BATCH = 2500  # what a killed worker leaves undone
RETRY_AFTER = timedelta(minutes=1)
DUE = "due"


@dataclass
class Swept:
    """What one sweep did."""

    missed: int = 0
    reminded: int = 0
    failed: int = 0
    seen: int = field(default=0, repr=False)


@dataclass(frozen=True)
class Place:
    """Where a sweep stands in the index, so that rows done before are not walked over again."""

    at: datetime | None = None
    pk: int = 0

    def beyond(self) -> Q:
        if self.at is None:
            return Q()
        return Q(next_fire_at__gte=self.at) & (Q(next_fire_at__gt=self.at) | Q(id__gt=self.pk))


def sweep(batch: int = BATCH) -> Swept:
    """Fire everything whose moment is past."""
    now, done, place = clock.now(), Swept(), Place()
    if not Deadline.objects.open().filter(next_fire_at__lte=now).exists():
        return done  # the usual poll: one look at the index, no transaction
    while True:
        with transaction.atomic():
            rows = _claim(now, place, batch)
            if rows:
                _fire(rows, now, done)
        if len(rows) < batch:
            return done
        place = Place(rows[-1].next_fire_at, rows[-1].pk)


def _claim(now: datetime, place: Place, batch: int) -> list[Deadline]:
    """The next open rows that nobody else holds, oldest moment first."""
    rows = Deadline.objects.open().filter(next_fire_at__lte=now).filter(place.beyond())
    return list(rows.order_by("next_fire_at", "id").select_for_update(skip_locked=True)[:batch])


def _fire(rows: Sequence[Deadline], now: datetime, done: Swept) -> None:
    done.seen += len(rows)
    for name, same_kind in groupby(sorted(rows, key=lambda row: row.kind), key=lambda row: row.kind):
        _fire_kind(name, list(same_kind), now, done)


def _fire_kind(name: str, rows: list[Deadline], now: datetime, done: Swept) -> None:
    """One kind in its own savepoint. When an effect fails the rows go one by one and the bad one waits a minute."""
    if name not in KINDS:
        log.error("no app has registered the deadline kind %s", name)
        return _postpone(rows, now, done)
    try:
        with transaction.atomic():
            found = _fire_rows(KINDS[name], rows, now)
    except Exception:
        if len(rows) == 1:
            log.exception("deadline %s (%s) could not be fired", rows[0].pk, name)
            return _postpone(rows, now, done)
        for row in rows:
            _fire_kind(name, [row], now, done)
        return None
    done.missed, done.reminded = done.missed + found.missed, done.reminded + found.reminded
    return None


def _fire_rows(kind: DeadlineKind, rows: list[Deadline], now: datetime) -> Swept:
    """Due once the last valid day is over. A provisional date never falls due: it waits for the calendar (LN-4)."""
    today = clock.business_date(now)
    due = [row for row in rows if row.legal_due < today and not row.provisional]
    early = [row for row in rows if row.legal_due >= today or row.provisional]
    return Swept(missed=_let_fall_due(kind, due, now), reminded=_remind(kind, early, now))


def _let_fall_due(kind: DeadlineKind, rows: list[Deadline], now: datetime) -> int:
    """MISSED, with the effect on those that have not had it yet."""
    if not rows:
        return 0
    fresh = _mark_missed([row.pk for row in rows], now)
    missed = [row for row in rows if row.pk in fresh]
    for row in missed:
        row.state, row.settled_at = DeadlineState.MISSED, now
    if kind.on_due is not None and missed:
        kind.on_due(missed)
    telling.tell_missed(kind, missed)
    return len(missed)


def _mark_missed(ids: list[int], now: datetime) -> set[int]:
    """State and event in one statement; returns those that had no due event yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH over AS (UPDATE deadlines_deadline SET state = %s, settled_at = %s WHERE id = ANY(%s) RETURNING id) "
            "INSERT INTO deadlines_deadlineevent (deadline_id, key, at, detail) SELECT id, %s, %s, '{}' FROM over "
            "ON CONFLICT (deadline_id, key) DO NOTHING RETURNING deadline_id",
            [DeadlineState.MISSED.value, now, ids, DUE, now],
        )
        return {found for (found,) in cursor.fetchall()}


def _remind(kind: DeadlineKind, rows: list[Deadline], now: datetime) -> int:
    """The latest reminder whose hour has come (one, however many were slept through), and the next moment set."""
    if not rows:
        return 0
    plans = _plans(kind, rows, now)
    _set_next(rows, [plans[_key(row)][1] for row in rows])
    spoken = [(row, day) for row in rows if (day := plans[_key(row)][0]) is not None]
    fresh = write_events([row.pk for row, _ in spoken], [f"reminder:{day}" for _, day in spoken], now)
    reminded = [row for row, _ in spoken if row.pk in fresh]
    telling.tell_reminded(kind, reminded)
    return len(reminded)


Key = tuple[date, date, bool]


def _key(row: Deadline) -> Key:
    return row.starts_on, row.legal_due, row.provisional


def _plans(kind: DeadlineKind, rows: Iterable[Deadline], now: datetime) -> dict[Key, tuple[date | None, datetime]]:
    """For each pair of dates the reminder that speaks now and the next moment; many rows share their dates."""
    return {key: (_spoken(kind, key, now), kind.next_fire(key[0], key[1], now, key[2])) for key in map(_key, rows)}


def _spoken(kind: DeadlineKind, key: Key, now: datetime) -> date | None:
    days = kind.reminder_days(*key)
    return max((day for day in days if datetime.combine(day, REMINDER_HOUR, clock.SHANGHAI) <= now), default=None)


def _set_next(rows: Sequence[Deadline], moments: Sequence[datetime]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE deadlines_deadline d SET next_fire_at = n.at, reminders_sent = reminders_sent + 1 "
            "FROM unnest(%s::bigint[], %s::timestamptz[]) AS n(id, at) WHERE d.id = n.id",
            [[row.pk for row in rows], list(moments)],
        )


def write_events(ids: Sequence[int], keys: Sequence[str], now: datetime) -> set[int]:
    """One event a deadline, in one statement; returns those that did not have it yet. The unique key makes it once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO deadlines_deadlineevent (deadline_id, key, at, detail) "
            "SELECT e.id, e.key, %s, '{}' FROM unnest(%s::bigint[], %s::text[]) AS e(id, key) "
            "ON CONFLICT (deadline_id, key) DO NOTHING RETURNING deadline_id",
            [now, list(ids), list(keys)],
        )
        return {found for (found,) in cursor.fetchall()}


def _postpone(rows: Sequence[Deadline], now: datetime, done: Swept) -> None:
    Deadline.objects.filter(pk__in=[row.pk for row in rows]).update(next_fire_at=now + RETRY_AFTER)
    done.failed += len(rows)
