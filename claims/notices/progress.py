"""The progress of a notice in words: what happened, whose turn it is, by when, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from claims.models import LossNotice, NoticeState
from claims.models import NoticeState as N
from claims.notices.clocks import LOSS_NOTICE_OTHER, NOTICE_RESPONSE
from claims.notices.selectors import clocks_of, open_tasks
from sinosure.accounts.actor import Actor
from sinosure.ui.parts import RailStep

INSURED, OFFICER = _("the insured"), _("the claims officer")
STEPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("Notice drawn up"), (N.DRAFT,)),
    (_("Notice received"), (N.SUBMITTED, N.INFO_REQUIRED)),
    (_("Accepted"), (N.ACCEPTED,)),
    (_("Loss limited, debt collected"), (N.ACTION,)),
    (_("Paid by the buyer, or a claim"), ()),
)
TURN: dict[str, tuple[Any, Any]] = {
    N.DRAFT: (INSURED, _("Check the notice and file it. It counts only once it is filed.")),
    N.SUBMITTED: (OFFICER, _("The notice was received. The first answer comes within two working days.")),
    N.INFO_REQUIRED: (INSURED, _("The insurer has a question. Answer it, and attach what is asked for.")),
    N.ACCEPTED: (OFFICER, _("The notice is accepted. Instructions to limit the loss follow.")),
    N.ACTION: (INSURED, _("Carry out the instructions and report. Settle nothing without written consent.")),
    N.RESOLVED_PAID: ("", _("The buyer paid. The case is closed.")),
    N.CONVERTED_TO_CLAIM: ("", _("A claim was filed on this notice.")),
    N.WITHDRAWN: ("", _("The notice was withdrawn.")),
    N.CLOSED_NO_CLAIM: ("", _("The case was closed without a claim.")),
}


@dataclass(frozen=True)
class Progress:
    """What the top of the page says."""

    who: Any
    text: Any
    due_on: date | None
    is_mine: bool
    steps: tuple[RailStep, ...]


def progress_of(actor: Actor, notice: LossNotice) -> Progress:
    who, text = TURN[notice.state]
    mine = bool(who) and (who is INSURED) == (not actor.is_insurer) and (actor.is_insurer or actor.holds(notice))
    due_on = None if notice.closed_at else _due_on(notice)
    return Progress(who, text, due_on, mine, tuple(_rail(notice, who, due_on)))


def _due_on(notice: LossNotice) -> date | None:
    """By when whoever has the turn must act: the first answer, the ten days of a draft, the next instruction."""
    if notice.state == N.ACTION:
        dates = [task.due_on for task in open_tasks(notice.tasks.all())]
        return min(dates, default=None)
    kind = {N.SUBMITTED: NOTICE_RESPONSE, N.DRAFT: LOSS_NOTICE_OTHER}.get(NoticeState(notice.state))
    return next((row.legal_due for row in clocks_of(notice) if row.kind == kind), None)


def _rail(notice: LossNotice, who: Any, due_on: date | None) -> list[RailStep]:
    place = next((n for n, (_label, states) in enumerate(STEPS) if notice.state in states), len(STEPS))
    if place == len(STEPS):
        done = [RailStep(label, "done") for label, _states in STEPS[:2] if notice.received_at]
        return [*done, RailStep(notice.get_state_display(), "now", notice.closed_at, note=notice.closing_reason)]
    moments = {0: notice.created_at, 1: notice.received_at}
    return [_step(label, n, place, moments.get(n), who, due_on, notice) for n, (label, _states) in enumerate(STEPS)]


def _step(label: Any, n: int, place: int, on: Any, who: Any, due_on: date | None, notice: LossNotice) -> RailStep:
    if n < place:
        return RailStep(label, "done", on)
    return RailStep(label, "now", due_on, who, notice.get_state_display()) if n == place else RailStep(label)
