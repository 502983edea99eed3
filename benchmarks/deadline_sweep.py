"""The sweep over 1,000,000 armed deadlines: what a poll costs when nothing is due, and 20,000 that fall due at once.

A worker is killed inside its second batch; the clock runs from its first poll until the next worker has finished. The ratios
are of a sweep that nobody kills: beside it as many rows by one bulk UPDATE with one bulk INSERT, and one by one through the ORM.

The bulk statements are not quite the same work. They are handed their rows, while the sweep claims and reads them; of 0.94 s of
processor time for 20,000 rows, the database took 0.43 (the bulk: 0.35), and Python 0.51, nearly all of it for the rows as objects,
which every effect needs.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from benchmarks._database import database_url, own_database
from benchmarks._sweeper import EFFECT, KIND, leave_lines, register_kind
from sinosure.audit.models import AuditEntry
from sinosure.core import clock
from sinosure.deadlines.models import Deadline, DeadlineEvent, DeadlineState
from sinosure.deadlines.sweep import BATCH, sweep
from tests.factories import people

ARMED, DUE, SAMPLE, POLLS = 1_000_000, 20_000, 1_000, 60
TODAY = date(2026, 5, 2)
FILL = """
    INSERT INTO deadlines_deadline (kind, subject_type, subject_id, policyholder_id, owner, starts_on, nominal_due, legal_due,
        provisional, next_fire_at, reminders_sent, state, amount_at_risk, currency, params)
    SELECT %(kind)s, %(subject)s, n, %(holder)s, 'POLICYHOLDER', %(legal)s::date - 30, %(legal)s::date, %(legal)s::date,
        false, %(fire)s::timestamptz + (n %% %(spread)s) * interval '1 second', 0, 'OPEN', 1000, 'USD', '{"buyer": "Marlin"}'
    FROM generate_series(1, %(count)s) n
"""


def run(scale: float) -> dict[str, Any]:
    armed, due = int(ARMED * scale), int(DUE * scale)
    with own_database("sweep"):
        register_kind(leave_lines)
        _fill("bench.armed", armed, TODAY + timedelta(days=60), 30 * 86_400)
        idle = _idle_polls()
        seconds, counts = _fired_with_a_kill(due)
        ours, bulk, orm = (
            _rate(way, count) for way, count in ((_swept, due), (_bulk, due), (_one_by_one, min(SAMPLE, due)))
        )
    return {
        "name": "deadline_sweep",
        "figures": {
            "armed": armed, "idle poll, median ms": round(statistics.median(idle) * 1000, 2),
            "idle poll, slowest ms": round(max(idle) * 1000, 2), "due": due, "fired in s": round(seconds, 2),
            "swept per s": round(ours), "bulk per s": round(bulk), "one by one per s": round(orm),
            "lost": due - len(counts), "doubled": sum(count > 1 for count in counts.values()),
        },
        "ratios": {"of bulk": round(ours / bulk, 2), "times one by one": round(ours / orm)},
        "goals": {
            "idle poll, median ms": ("<=", 5), "fired in s": ("<=", 3), "lost": ("<=", 0), "doubled": ("<=", 0),
            "of bulk": (">=", 0.5), "times one by one": (">=", 50),
        },
    }  # fmt: skip


def _fill(subject: str, count: int, legal: date, spread: int = 1) -> None:
    """Armed clocks in one statement; `spread` moments apart by a second."""
    values = {
        "kind": KIND, "subject": subject, "holder": people.organisation("haituo").pk, "legal": legal, "count": count,
        "fire": clock.end_of(legal), "spread": spread,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FILL, values)
        cursor.execute("VACUUM ANALYZE deadlines_deadline")


def _idle_polls() -> list[float]:
    found = []
    with clock.frozen(TODAY):
        sweep()  # plans are made once a connection
        for _ in range(POLLS):
            start = time.perf_counter()
            assert sweep().seen == 0
            found.append(time.perf_counter() - start)
    return found


def _fired_with_a_kill(due: int) -> tuple[float, Counter[int]]:
    """(seconds from the first worker's first poll to the end of the second's, how often each effect took place)."""
    _fill("bench.due", due, TODAY - timedelta(days=1))
    now = datetime.combine(TODAY, datetime.min.time(), clock.SHANGHAI)
    command = [sys.executable, "-m", "benchmarks._sweeper", now.isoformat()]
    worker = subprocess.Popen(
        command,
        env={**os.environ, "DATABASE_URL": database_url()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    began = float(worker.stdout.readline())
    if due > BATCH:  # with fewer rows there is no second batch to die in
        assert worker.stdout.readline().strip() == "in the middle"
    worker.kill()
    worker.wait()
    with clock.frozen(now):
        sweep()
        seconds = time.time() - began
        assert sweep().seen == 0
    missed = Deadline.objects.filter(subject_type="bench.due", state=DeadlineState.MISSED).count()
    assert missed == DeadlineEvent.objects.filter(key="due").count() == due
    return seconds, Counter(AuditEntry.objects.filter(action=EFFECT).values_list("subject_id", flat=True))


def _rate(way: Callable[[list[Deadline]], None], count: int) -> float:
    """Rows a second of another way to mark as many deadlines as missed, with event and effect."""
    _fill(f"bench.{way.__name__}", count, TODAY - timedelta(days=1))
    rows = list(Deadline.objects.filter(subject_type=f"bench.{way.__name__}"))
    start = time.perf_counter()
    way(rows)
    return count / (time.perf_counter() - start)


def _swept(rows: list[Deadline]) -> None:
    """Ours, undisturbed; `rows` only say how many there must be."""
    with clock.frozen(datetime.combine(TODAY, datetime.min.time(), clock.SHANGHAI)):
        assert sweep().missed == len(rows)


@transaction.atomic
def _bulk(rows: list[Deadline]) -> None:
    now, ids = clock.now(), [row.pk for row in rows]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE deadlines_deadline SET state = 'MISSED', settled_at = %s WHERE id = ANY(%s)", [now, ids])
        cursor.execute(
            "INSERT INTO deadlines_deadlineevent (deadline_id, key, at, detail) SELECT unnest(%s), 'due', %s, '{}'",
            [ids, now],
        )
    leave_lines(rows)


def _one_by_one(rows: list[Deadline]) -> None:
    """What a loop over model objects does."""
    for row in rows:
        with transaction.atomic():
            locked = Deadline.objects.select_for_update().get(pk=row.pk)
            locked.state, locked.settled_at = DeadlineState.MISSED, clock.now()
            locked.save()
            DeadlineEvent.objects.create(deadline=locked, key="due", at=clock.now())
            leave_lines([locked])
