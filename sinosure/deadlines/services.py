"""Open, meet and cancel clocks. The sweep (sweep.py) wakes them; recompute.py moves them when a calendar is loaded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models, transaction

from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.core.workdays import Window
from sinosure.deadlines.counting import window_of
from sinosure.deadlines.models import Deadline, DeadlineEvent, DeadlineState
from sinosure.deadlines.registry import KINDS


@transaction.atomic
def open_deadline(
    *, actor: Actor, kind: str, subject: models.Model, policyholder_id: int, window: Window,
    at_risk: Money | None = None, params: Mapping[str, Any] | None = None,
) -> Deadline:  # fmt: skip
    """Arm a clock on `subject` for a counted window; the one that was open for this kind and subject is cancelled."""
    cancel(actor=actor, kind=kind, subject=subject)
    deadline = _deadline(Opening(kind, subject, policyholder_id, window, at_risk, params or {}))
    deadline.save(force_insert=True)
    return deadline


@dataclass(frozen=True)
class Opening:
    """One clock of a set that is armed together."""

    kind: str
    subject: models.Model
    policyholder_id: int
    window: Window
    at_risk: Money | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


def open_many(openings: Sequence[Opening]) -> None:
    """Arm clocks on new subjects, which have none of these kinds yet, in one statement."""
    Deadline.objects.bulk_create([_deadline(one) for one in openings])


def _deadline(one: Opening) -> Deadline:
    definition, window, risk = KINDS[one.kind], one.window, one.at_risk
    return Deadline(
        kind=one.kind, subject_type=one.subject._meta.label_lower, subject_id=one.subject.pk,
        policyholder_id=one.policyholder_id, owner=definition.owner, starts_on=window.starts_on,
        nominal_due=window.nominal_due, legal_due=window.legal_due, earliest=window.earliest,
        provisional=window.provisional, params=dict(one.params),
        next_fire_at=definition.next_fire(window.starts_on, window.legal_due, clock.now(), window.provisional),
        amount_at_risk=risk.amount if risk else None, currency=risk.currency if risk else "",
    )  # fmt: skip


def fixed_window(starts_on: date, due_on: date) -> Window:
    """A window that ends on a named day and is not counted."""
    return Window(starts_on=starts_on, nominal_due=due_on, legal_due=due_on, provisional=False, earliest=None, days=())


def counted(kind: str, starts_on: date) -> Window:
    """The window of a kind from its day 0, on the calendar of the table."""
    return window_of(KINDS[kind], starts_on)


@transaction.atomic
def meet(*, actor: Actor, kind: str, subject: models.Model, at: datetime | None = None) -> Deadline | None:
    """The duty was done now (or `at`): MET, or MET_LATE after the last valid day (never on a provisional date)."""
    rows = Deadline.objects.of(subject).filter(kind=kind, state__in=[DeadlineState.OPEN, DeadlineState.MISSED])
    deadline = rows.select_for_update().order_by("-id").first()
    if deadline is None:
        return None
    return _settle(deadline, _met_state(deadline, at), actor)


@transaction.atomic
def meet_all(
    *, actor: Actor, kind: str, subject_type: str, subject_ids: Collection[int], at: datetime | None = None
) -> int:
    """The same for many subjects of one type in a few statements; returns how many clocks were met."""
    rows = Deadline.objects.filter(kind=kind, subject_type=subject_type, subject_id__in=subject_ids)
    met = list(rows.unsettled().select_for_update().order_by("id"))
    for row in met:
        row.state, row.settled_at = _met_state(row, at), clock.now()
    Deadline.objects.bulk_update(met, ["state", "settled_at"])
    DeadlineEvent.objects.bulk_create(
        [DeadlineEvent(deadline=row, key=row.state, at=clock.now(), detail={"by": actor.name}) for row in met],
        ignore_conflicts=True,
    )
    return len(met)


def _met_state(deadline: Deadline, at: datetime | None) -> DeadlineState:
    day = clock.business_date(at) if at else clock.today()
    late = day > deadline.legal_due and not deadline.provisional
    return DeadlineState.MET_LATE if late else DeadlineState.MET


@transaction.atomic
def cancel(*, actor: Actor, kind: str, subject: models.Model) -> None:
    """The clock no longer matters (paid, withdrawn, replaced)."""
    for deadline in Deadline.objects.of(subject).filter(kind=kind).open().select_for_update():
        _settle(deadline, DeadlineState.CANCELLED, actor)


def _settle(deadline: Deadline, state: DeadlineState, actor: Actor) -> Deadline:
    deadline.state, deadline.settled_at = state, clock.now()
    deadline.save(update_fields=["state", "settled_at"])
    DeadlineEvent.objects.get_or_create(
        deadline=deadline, key=state.value, defaults={"at": clock.now(), "detail": {"by": actor.name}}
    )
    return deadline
