"""R11: with the broker away nobody wakes the worker; it looks by itself, and survives a database that comes and goes."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextvars import copy_context
from datetime import date
from unittest.mock import patch

import pytest
from django.db import OperationalError

from sinosure.core import clock
from sinosure.deadlines import watch
from sinosure.deadlines.models import Deadline, DeadlineState
from sinosure.deadlines.registry import KINDS, DeadlineKind, register
from sinosure.deadlines.tasks import sweep, tend_calendar
from tests.factories import deadlines as factory

pytestmark = pytest.mark.django_db(transaction=True)


def fired_by_a_watcher() -> bool:
    """Whether a clock falls due while nothing but the watcher's thread runs."""
    fired, stop = threading.Event(), threading.Event()

    def effect(rows: Sequence[Deadline]) -> None:
        fired.set()

    register(DeadlineKind(**{**vars(KINDS[factory.THIRTY_DAYS]), "on_due": effect}))
    factory.armed(date(2026, 3, 31))
    with clock.frozen(date(2026, 5, 2)):
        thread = threading.Thread(target=copy_context().run, args=(watch.watch, stop, 0.01))
        thread.start()
        happened = fired.wait(timeout=20)
        stop.set()
        thread.join(timeout=20)
    return happened and not thread.is_alive()


def test_deadlines_fall_due_without_a_broker():
    assert fired_by_a_watcher()
    assert Deadline.objects.get().state == DeadlineState.MISSED


def test_a_database_that_is_away_does_not_end_the_watch():
    real, calls = watch.sweep, []

    def away_at_first() -> object:
        calls.append(1)
        if len(calls) < 3:
            raise OperationalError("the server closed the connection")
        return real()

    with patch.object(watch, "sweep", away_at_first):  # the database's failure, not our rule, is put in
        assert fired_by_a_watcher()
    assert len(calls) >= 3


def test_the_tasks_do_what_beat_wakes_them_for():
    factory.armed(date(2026, 3, 31))
    with clock.frozen(date(2026, 5, 2)):
        assert sweep()["missed"] == 1
        tend_calendar()
