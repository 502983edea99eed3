"""The kinds of clocks. The app that owns the effect registers its kind in AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sinosure.core import clock

if TYPE_CHECKING:
    from sinosure.deadlines.models import Deadline

REMINDER_HOUR = time(9)
Effect = Callable[["Sequence[Deadline]"], None]


@dataclass(frozen=True)
class Reminder:
    """So many days after the start (`since_start`), or before the legal due date (`before_due`)."""

    since_start: int | None = None
    before_due: int | None = None

    def on(self, starts_on: date, legal_due: date) -> date:
        if self.since_start is not None:
            return starts_on + timedelta(days=self.since_start)
        return legal_due - timedelta(days=self.before_due or 0)


def after_start(*days: int) -> tuple[Reminder, ...]:
    return tuple(Reminder(since_start=day) for day in days)


def before_due(*days: int) -> tuple[Reminder, ...]:
    return tuple(Reminder(before_due=day) for day in days)


@dataclass(frozen=True)
class DeadlineKind:
    """One kind of clock.

    `rule`: the rulebook id; `label`: what has to be done (lazy, `%(name)s` placeholders come from `Deadline.params`);
    `verb`: the button; `consequence`: what happens when missed; `url_name`: page of the subject (takes its id);
    `roles`: which insurer roles see it when the insurer owns it; `owner`: POLICYHOLDER or INSURER;
    `on_due`: effect on a batch of missed deadlines, in the sweep's transaction; `recount`: how to recompute after a
    calendar load (`calendar_days` with roll-forward, `working_days`, or none), with `length` its number of days.
    """

    name: str
    rule: str
    label: Any
    verb: Any
    consequence: Any
    url_name: str
    owner: str = "POLICYHOLDER"
    roles: tuple[str, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    on_due: Effect | None = None
    counting: str = "fixed"  # fixed | calendar_days | working_days
    length: int = 0
    decides_money: bool = field(default=False)

    def moments(self, starts_on: date, legal_due: date) -> list[datetime]:
        """When this clock wakes up: its reminders in order, at last the end of the last valid day."""
        days = sorted({reminder.on(starts_on, legal_due) for reminder in self.reminders})
        times = [datetime.combine(day, REMINDER_HOUR, clock.SHANGHAI) for day in days if day <= legal_due]
        return [*times, clock.end_of(legal_due)]

    def next_fire(self, starts_on: date, legal_due: date, after: datetime) -> datetime:
        """The first moment after `after`; the due moment when nothing else is left."""
        moments = self.moments(starts_on, legal_due)
        return next((moment for moment in moments if moment > after), moments[-1])


KINDS: dict[str, DeadlineKind] = {}


def register(kind: DeadlineKind) -> DeadlineKind:
    KINDS[kind.name] = kind
    return kind
