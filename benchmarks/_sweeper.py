"""A sweeping worker in a process of its own: says when it begins, stops inside the effect of its second batch until killed."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from datetime import datetime

import django

KIND, EFFECT = "bench.thirty_days", "bench.effect"


def register_kind(on_due: object) -> None:
    from sinosure.deadlines.registry import DeadlineKind, after_start, register  # noqa: PLC0415

    register(DeadlineKind(
        name=KIND, rule="LN-1", label="Notify %(buyer)s", verb="Notify", consequence="Late.", url_name="deadlines:detail",
        counting="calendar_days", length=30, reminders=after_start(1, 10, 20, 27, 30), on_due=on_due,
    ))  # fmt: skip


def leave_lines(rows: Sequence[object]) -> None:
    """An effect that can be counted: one audit line a deadline."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_auditentry (at, actor_name, action, subject_type, subject_id, detail) "
            "SELECT now(), 'system', %s, 'deadlines.deadline', unnest(%s::bigint[]), '{}'",
            [EFFECT, [row.pk for row in rows]],
        )


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sinosure.settings")
    django.setup()
    from django.db import connection  # noqa: PLC0415

    from sinosure.core import clock  # noqa: PLC0415
    from sinosure.deadlines.sweep import sweep  # noqa: PLC0415

    batches = 0

    def effect(rows: Sequence[object]) -> None:
        nonlocal batches
        batches += 1
        leave_lines(rows)
        if batches == 2:
            print("in the middle", flush=True)
            sys.stdin.read()

    register_kind(effect)
    connection.ensure_connection()
    with clock.frozen(datetime.fromisoformat(sys.argv[1])):
        print(time.time(), flush=True)
        sweep()


if __name__ == "__main__":
    main()
