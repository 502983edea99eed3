"""The kinds of clocks. The app that owns the effect registers its kind in AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from sinosure.core import clock
from sinosure.core.workdays import Calendar
from sinosure.notifications import kinds as messages

if TYPE_CHECKING:
    from sinosure.deadlines.models import Deadline

REMINDER_HOUR = time(9)
PROVISIONAL_EARLIER = timedelta(days=2)
# where a provisional clock waits once its reminders are out: only a loaded calendar wakes it again (LN-4)
PARKED = datetime(2100, 1, 1, tzinfo=UTC)
Effect = Callable[["Sequence[Deadline]"], None]
_calendar_source: Callable[[date], Calendar] = lambda day: Calendar({}, frozenset())  # noqa: E731


def set_calendar_source(source: Callable[[date], Calendar]) -> None:
    """Hand in where the calendar around a day comes from; apps may register kinds before there are tables."""
    global _calendar_source
    _calendar_source = source


@dataclass(frozen=True)
class Reminder:
    """So many days after the start, working days after it, or days before the legal due date (negative: after it)."""

    since_start: int | None = None
    before_due: int | None = None
    working_day: int | None = None

    def on(self, starts_on: date, legal_due: date) -> date:
        if self.working_day is not None:
            return _calendar_source(starts_on).add_workdays(starts_on, self.working_day)
        if self.since_start is not None:
            return starts_on + timedelta(days=self.since_start)
        return legal_due - timedelta(days=self.before_due or 0)


def after_start(*days: int) -> tuple[Reminder, ...]:
    return tuple(Reminder(since_start=day) for day in days)


def before_due(*days: int) -> tuple[Reminder, ...]:
    return tuple(Reminder(before_due=day) for day in days)


def on_working_days(*numbers: int) -> tuple[Reminder, ...]:
    return tuple(Reminder(working_day=number) for number in numbers)


@dataclass(frozen=True)
class DeadlineKind:
    """One kind of clock.

    `rule`: the rulebook id; `label`: what has to be done (lazy, `%(name)s` placeholders come from `Deadline.params`);
    `verb`: the button; `consequence`: what happens when missed; `url_name`: page of the subject (takes its id);
    `roles`: which insurer roles see it when the insurer owns it; `owner`: POLICYHOLDER or INSURER;
    `on_due`: effect on a batch of missed deadlines, in the sweep's transaction; `counting`: how to recompute after a
    calendar load (`calendar_days` with roll-forward, `working_days`, or `fixed`), with `length` its number of days
    (`Deadline.params["length"]` wins); `waits_for_start`: armed ahead of its day 0 and not shown before the day after.
    `is_quiet`: a clock of the system, told to nobody; `title`: the kind without placeholders, the verb by default.
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
    counting: str = "fixed"
    length: int = 0
    decides_money: bool = False
    waits_for_start: bool = False
    is_quiet: bool = False
    title: Any = ""

    @property
    def plain_title(self) -> str:
        """The kind without its particulars, for filters."""
        return str(self.title or self.verb)

    def reminder_days(self, starts_on: date, legal_due: date, provisional: bool = False) -> list[date]:
        """The days on which it reminds, in order; two days earlier while the date is provisional (LN-4)."""
        days = (reminder.on(starts_on, legal_due) for reminder in self.reminders)
        if provisional:
            days = (max(day - PROVISIONAL_EARLIER, starts_on + timedelta(days=1)) for day in days)
        return sorted({day for day in days if day <= legal_due})

    def moments(self, starts_on: date, legal_due: date, provisional: bool = False) -> tuple[datetime, ...]:
        """When this clock wakes up: its reminders in order, at last the end of the last valid day."""
        last = PARKED if provisional else clock.end_of(legal_due)
        days = self.reminder_days(starts_on, legal_due, provisional)
        return (*(datetime.combine(day, REMINDER_HOUR, clock.SHANGHAI) for day in days), last)

    def next_fire(self, starts_on: date, legal_due: date, after: datetime, provisional: bool = False) -> datetime:
        """The first moment after `after`; the due moment when nothing else is left."""
        moments = self.moments(starts_on, legal_due, provisional)
        return next((moment for moment in moments if moment > after), moments[-1])


KINDS: dict[str, DeadlineKind] = {}


def register(kind: DeadlineKind) -> DeadlineKind:
    """Make a kind of clock known, and the messages that it sends."""
    KINDS[kind.name] = kind
    messages.register(reminder_of(kind.name), _sentence(_REMINDER, kind), "deadlines:detail", tone="amber")
    messages.register(due_of(kind.name), _sentence(_MISSED, kind), "deadlines:detail", tone="red")
    return kind


_REMINDER = _("{label}: last valid day %(due)s, %(days)s day(s) left.")
_MISSED = _("{label}: the last valid day was %(due)s. {consequence}")


def _sentence(pattern: Any, kind: DeadlineKind) -> Any:
    return format_lazy(pattern, label=kind.label, consequence=kind.consequence)


def reminder_of(kind: str) -> str:
    """The message kind of a reminder."""
    return f"deadline.reminder.{kind}"


def due_of(kind: str) -> str:
    """The message kind that says that the day has passed."""
    return f"deadline.missed.{kind}"
