"""Mitigation instructions: numbered, dated, answered by the insured; costs need written consent (LN-10)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from claims.models import MitigationTask
from claims.notices import clocks, messages
from claims.notices.lifecycle import TASK
from claims.notices.moving import locked_notice, locked_task, move_notice, move_row
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.deadlines import services as deadlines
from sinosure.documents import services as documents


@transaction.atomic
def assign(
    *, actor: Actor, notice_id: int, instruction: str, due_on: date, cost_estimate: Decimal = Decimal(0),
    with_consent: bool = False,
) -> MitigationTask:  # fmt: skip
    """Give the insured an instruction; consenting to its cost at once gives the consent its number."""
    notice = locked_notice(actor, notice_id)
    if due_on < clock.today():
        raise DomainError("date_in_past", _("The day has passed already. Choose today or later."), field="due_on")
    number = (notice.tasks.aggregate(last=Max("number"))["last"] or 0) + 1
    move_notice(actor, notice, "assign_task", {"task": number, "due_on": due_on})
    task = MitigationTask.objects.create(
        notice=notice, policyholder_id=notice.policyholder_id, number=number, instruction=instruction, due_on=due_on,
        cost_estimate=cost_estimate, assigned_by_id=actor.user_id, assigned_at=clock.now(),
        consented=with_consent, consent_no=_consent_no() if with_consent else "",
    )  # fmt: skip
    clocks.arm_task(actor, task)
    messages.tell_insured(actor, "notice.instructed", notice, task=number)
    return task


def _consent_no() -> str:
    return documents.next_number(f"WC-{clock.today():%Y}")


@transaction.atomic
def accept(*, actor: Actor, task_id: int, cost_estimate: Decimal | None = None) -> MitigationTask:
    """The insured will do it, and may say what it costs."""
    task = locked_task(actor, task_id)
    changes = {} if cost_estimate is None or task.consented else {"cost_estimate": cost_estimate}
    move_row(TASK, actor, task, "accept", {"cost_estimate": str(task.cost_estimate)}, **changes)
    messages.tell_officers(actor, "notice.task_answered", task.notice, task=task.number)
    return task


@transaction.atomic
def refuse(*, actor: Actor, task_id: int, result: str) -> MitigationTask:
    task = locked_task(actor, task_id)
    move_row(TASK, actor, task, "refuse", {"reason": result}, result=result, done_at=clock.now())
    deadlines.cancel(actor=actor, kind=clocks.MITIGATION_TASK, subject=task)
    messages.tell_officers(actor, "notice.task_answered", task.notice, task=task.number)
    return task


@transaction.atomic
def done(*, actor: Actor, task_id: int, result: str) -> MitigationTask:
    task = locked_task(actor, task_id)
    move_row(TASK, actor, task, "done", {"result": result}, result=result, done_at=clock.now())
    deadlines.meet(actor=actor, kind=clocks.MITIGATION_TASK, subject=task)
    messages.tell_officers(actor, "notice.task_answered", task.notice, task=task.number)
    return task


@transaction.atomic
def consent(*, actor: Actor, task_id: int, cost_estimate: Decimal) -> MitigationTask:
    """The insurer's written consent to a cost; only consented costs are shared (IND-13)."""
    task = locked_task(actor, task_id)
    if task.consented:
        raise DomainError(
            "already_consented", _("Consent %(number)s was given already."), status=409, number=task.consent_no
        )
    detail = {"cost_estimate": str(cost_estimate)}
    move_row(
        TASK, actor, task, "consent", detail, cost_estimate=cost_estimate, consented=True, consent_no=_consent_no()
    )
    messages.tell_insured(actor, "notice.consented", task.notice, task=task.number)
    return task
