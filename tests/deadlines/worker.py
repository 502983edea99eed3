"""A worker in a process of its own. With STALL_IN_BATCH=n it stops inside the effect of its n-th batch and is killed there."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import date

import django

django.setup()

from sinosure.core import clock  # noqa: E402
from sinosure.deadlines.models import Deadline  # noqa: E402
from sinosure.deadlines.registry import KINDS, DeadlineKind, register  # noqa: E402
from sinosure.deadlines.sweep import sweep  # noqa: E402
from tests.factories import deadlines as factory  # noqa: E402

batches = 0


def effect(rows: Sequence[Deadline]) -> None:
    global batches
    batches += 1
    factory.leave_a_line(rows)
    if batches == int(os.environ.get("STALL_IN_BATCH", "0")):
        print("in the middle", flush=True)
        sys.stdin.read()  # until somebody kills this process


if __name__ == "__main__":
    factory.register_kinds()
    register(DeadlineKind(**{**vars(KINDS[factory.THIRTY_DAYS]), "on_due": effect}))
    with clock.frozen(date.fromisoformat(os.environ["TODAY"])):
        print(sweep(batch=int(os.environ.get("BATCH", "200"))).missed, flush=True)
