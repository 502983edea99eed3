"""R2 with real processes: workers are killed in the middle, run side by side, and nothing is lost or doubled."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from contextvars import copy_context
from datetime import date
from urllib.parse import quote, urlencode

import pytest
from django.db import connection, transaction

from sinosure.core import clock
from sinosure.deadlines.models import Deadline, DeadlineEvent, DeadlineState
from sinosure.deadlines.sweep import sweep
from tests.factories import deadlines as factory

pytestmark = pytest.mark.django_db(transaction=True)
DUE_ON, TODAY = date(2026, 3, 31), date(2026, 5, 2)
ROWS = 2000


@pytest.fixture
def two_thousand_due() -> None:
    factory.many_armed(ROWS, factory.window_from(DUE_ON))


def database_url() -> str:
    """The test database, for a process of its own."""
    settings = connection.settings_dict
    login = f"{settings['USER']}:{quote(settings['PASSWORD'] or '')}@" if settings["USER"] else ""
    place = {"host": settings["HOST"], "port": settings["PORT"], **settings["OPTIONS"]}
    options = urlencode({name: value for name, value in place.items() if name in ("host", "port") and value})
    return f"postgres://{login}/{settings['NAME']}?{options}"


def worker(**environment: str) -> subprocess.Popen[str]:
    named = {**os.environ, "DATABASE_URL": database_url(), "TODAY": TODAY.isoformat(), **environment}
    named.setdefault("DJANGO_SETTINGS_MODULE", "sinosure.settings")
    command = [sys.executable, "-m", "tests.deadlines.worker"]
    return subprocess.Popen(command, env=named, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def fired_once() -> bool:
    """Every deadline is missed, has one due event and left one line."""
    lines = Counter(factory.effects())
    due = DeadlineEvent.objects.filter(key="due").count()
    missed = Deadline.objects.filter(state=DeadlineState.MISSED).count()
    return (missed, due, len(lines), set(lines.values())) == (ROWS, ROWS, ROWS, {1})


def test_a_worker_killed_in_the_middle_loses_nothing_and_repeats_nothing(two_thousand_due: None):
    first = worker(STALL_IN_BATCH="4")
    assert first.stdout is not None
    assert first.stdout.readline().strip() == "in the middle"
    first.kill()  # SIGKILL: 3 batches of 200 are committed, the 4th is open
    first.wait()
    assert len(factory.effects()) == 600
    with clock.frozen(TODAY):
        assert sweep().missed == ROWS - 600
        assert sweep().seen == 0
    assert fired_once()


def test_workers_side_by_side_share_the_work(two_thousand_due: None):
    workers = [worker(BATCH="100") for _ in range(2)]
    counts = [int(one.communicate(timeout=60)[0]) for one in workers]
    assert sum(counts) == ROWS
    assert fired_once()


def test_a_worker_that_hangs_holds_up_only_its_own_batch(two_thousand_due: None):
    hanging = worker(STALL_IN_BATCH="1")
    assert hanging.stdout is not None
    assert hanging.stdout.readline().strip() == "in the middle"
    with clock.frozen(TODAY):
        assert sweep().missed == ROWS - 200
    hanging.kill()
    hanging.wait()
    with clock.frozen(TODAY):
        assert _swept_once_let_go() == 200
    assert fired_once()


def _swept_once_let_go() -> int:
    """The database notices that a client is gone a moment after it is."""
    for _n in range(100):
        if missed := sweep().missed:
            return missed
        time.sleep(0.1)
    return 0


def naive_sweep(both_have_read: threading.Barrier) -> None:
    """What a sweep without SKIP LOCKED and without the unique key does: read, act, mark."""
    with transaction.atomic():
        rows = list(Deadline.objects.open().filter(next_fire_at__lte=clock.now()))
        both_have_read.wait(timeout=30)
        factory.leave_a_line(rows)
        Deadline.objects.filter(pk__in=factory.ids(rows)).update(state=DeadlineState.MISSED)
    connection.close()


def test_positive_control_without_the_guards_two_workers_do_everything_twice():
    factory.many_armed(50, factory.window_from(DUE_ON))
    both = threading.Barrier(2)
    with clock.frozen(TODAY):
        workers = [threading.Thread(target=copy_context().run, args=(naive_sweep, both)) for _ in range(2)]
        for one in workers:
            one.start()
        for one in workers:
            one.join()
    assert set(Counter(factory.effects()).values()) == {2}
