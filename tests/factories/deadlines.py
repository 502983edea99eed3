"""Clocks for tests: two kinds that no app uses, whose effect leaves one audit line a deadline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sinosure.accounts.actor import SYSTEM
from sinosure.accounts.models import Organisation
from sinosure.audit import services as audit
from sinosure.audit.models import AuditEntry
from sinosure.core import clock
from sinosure.core.workdays import Window
from sinosure.deadlines import services
from sinosure.deadlines.counting import window_of
from sinosure.deadlines.models import Deadline
from sinosure.deadlines.registry import KINDS, DeadlineKind, after_start, on_working_days, register
from tests.factories import people

THIRTY_DAYS, TEN_WORKING_DAYS = "test.thirty_days", "test.ten_working_days"
EFFECT = "test.effect"


def leave_a_line(rows: Sequence[Deadline]) -> None:
    for row in rows:
        audit.record(SYSTEM, EFFECT, row, policyholder_id=row.policyholder_id)


def register_kinds() -> None:
    """A default-like clock (30 calendar days) and one of ten working days, with the reminders of Rulebook §11."""
    register(
        DeadlineKind(
            name=THIRTY_DAYS, rule="LN-1", label="Notify %(buyer)s", verb="Notify", consequence="Late.",
            url_name="deadlines:detail", counting="calendar_days", length=30, on_due=leave_a_line,
            reminders=after_start(1, 10, 20, 27, 30),
        )
    )  # fmt: skip
    register(
        DeadlineKind(
            name=TEN_WORKING_DAYS, rule="LN-1", label="Notify %(buyer)s", verb="Notify", consequence="Late.",
            url_name="deadlines:detail", counting="working_days", length=10, on_due=leave_a_line,
            reminders=on_working_days(3, 7, 9, 10),
        )
    )  # fmt: skip


def subject() -> Organisation:
    return people.organisation("haituo")


def armed(starts_on: date, kind: str = THIRTY_DAYS, on: date | None = None) -> Deadline:
    """A clock on the first exporter, armed on its start day (or on `on`)."""
    window = window_from(starts_on, kind)
    with clock.frozen(on or starts_on):
        return services.open_deadline(
            actor=SYSTEM, kind=kind, subject=subject(), policyholder_id=subject().pk, window=window,
            params={"buyer": "Marlin Trading"},
        )  # fmt: skip


def window_from(starts_on: date, kind: str = THIRTY_DAYS) -> Window:
    """The window of a kind on the shipped calendar."""
    subject()  # loads it
    return window_of(KINDS[kind], starts_on)


def many_armed(count: int, window: Window, kind: str = THIRTY_DAYS, first: int = 1) -> None:
    """`count` clocks of one kind on invented subjects, with the same dates."""
    holder = subject()
    moment = KINDS[kind].next_fire(window.starts_on, window.legal_due, clock.start_of(window.starts_on))
    rows = (
        Deadline(
            kind=kind, subject_type="test.thing", subject_id=number, policyholder=holder, starts_on=window.starts_on,
            nominal_due=window.nominal_due, legal_due=window.legal_due, provisional=window.provisional,
            earliest=window.earliest, next_fire_at=moment, params={"buyer": f"Buyer {number}"},
        )
        for number in range(first, first + count)
    )  # fmt: skip
    Deadline.objects.bulk_create(rows, batch_size=5000)


def effects() -> list[int]:
    """Ids of the deadlines whose effect took place, once for each time."""
    return list(AuditEntry.objects.filter(action=EFFECT).order_by("id").values_list("subject_id", flat=True))


def over(window: Window) -> object:
    """The first instant after the last valid day."""
    return clock.end_of(window.legal_due)


def day_after(day: date, days: int = 1) -> date:
    return day + timedelta(days=days)


def ids(rows: Iterable[Deadline]) -> list[int]:
    return [row.pk for row in rows]
