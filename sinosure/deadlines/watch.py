"""The sweep as it runs for ever: each look is short, claims what is due, and survives a database that is away."""

from __future__ import annotations

import logging
import threading

from django.db import DatabaseError, connection

from sinosure.core import standstill
from sinosure.deadlines.sweep import Swept, sweep

log = logging.getLogger(__name__)
EVERY_SECONDS = 5.0


def sweep_once() -> dict[str, int]:
    """One sweep, told in numbers; quiet when nothing was due, none while the demo plays the past."""
    with standstill.unless_held() as may_work:
        done = sweep() if may_work else Swept()
    if done.seen:
        log.info("deadlines: %s missed, %s reminded, %s postponed", done.missed, done.reminded, done.failed)
    return {"missed": done.missed, "reminded": done.reminded, "failed": done.failed}


def watch(stop: threading.Event, every: float = EVERY_SECONDS) -> None:
    """Sweep until told to stop. Each look opens and closes its own connection, so that it may run in any thread."""
    while not stop.wait(every):
        try:
            sweep_once()
        except DatabaseError:
            log.warning("deadlines: the database does not answer, trying again")
        finally:
            connection.close()
