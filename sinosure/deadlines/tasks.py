"""What beat wakes. The truth is in the table: a lost or doubled wake-up changes nothing."""

from __future__ import annotations

import threading
from typing import Any

from celery import shared_task
from celery.signals import worker_init, worker_shutdown

from sinosure.deadlines import calendar_services, recompute, watch


@shared_task(name="sinosure.deadlines.tasks.sweep")
def sweep() -> dict[str, int]:
    return watch.sweep_once()


@shared_task(name="sinosure.deadlines.tasks.tend_calendar")
def tend_calendar() -> None:
    """Warn before the official days run out, and move clocks that were counted on a calendar that has changed since."""
    calendar_services.warn_before_gap()
    recompute.catch_up()


_stop = threading.Event()


@worker_init.connect
def _watch_without_broker(**_signal: Any) -> None:
    """R11: while the broker is gone nobody wakes the worker, so that it also looks by itself."""
    _stop.clear()
    threading.Thread(target=watch.watch, args=(_stop,), name="deadline-watch", daemon=True).start()


@worker_shutdown.connect
def _stop_watching(**_signal: Any) -> None:
    _stop.set()
