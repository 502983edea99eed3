"""The clocks of loss notices (Rulebook §11): the two windows, the insurer's answer, mitigation tasks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from claims.clocks import CLAIM_FILING
from claims.models import LossNotice, MitigationTask
from claims.notices import messages
from claims.notices.facts import of_notice, window_for
from claims.windows import DEFAULT_NOTICE_DAYS, OTHER_NOTICE_WORKING_DAYS
from declarations.models import Shipment
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.accounts.roles import Role
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.core.workdays import working_days
from sinosure.deadlines import services as deadlines
from sinosure.deadlines.counting import CALENDAR_DAYS, WORKING_DAYS
from sinosure.deadlines.models import Deadline
from sinosure.deadlines.registry import DeadlineKind, after_start, before_due, on_working_days, register
from sinosure.reference.services import calendar_around

LOSS_NOTICE_DEFAULT = "LOSS_NOTICE_DEFAULT"
LOSS_NOTICE_OTHER = "LOSS_NOTICE_OTHER"
NOTICE_RESPONSE = "NOTICE_RESPONSE"
MITIGATION_TASK = "MITIGATION_TASK"
RESPONSE_WORKING_DAYS = 2  # LN-8


def arm_window(actor: Actor, notice: LossNotice) -> Deadline:
    """The 10 working days of a drafted notice for any risk but default."""
    return deadlines.open_deadline(
        actor=actor, kind=LOSS_NOTICE_OTHER, subject=notice, policyholder_id=notice.policyholder_id,
        window=window_for(of_notice(notice), notice.known_on), at_risk=Money(notice.amount, notice.currency),
        params={"buyer": notice.obligor.name, "number": notice.number},
    )  # fmt: skip


def arm_response(actor: Actor, notice: LossNotice) -> Deadline:
    """The insurer's first answer within two working days."""
    today = clock.today()
    return deadlines.open_deadline(
        actor=actor, kind=NOTICE_RESPONSE, subject=notice, policyholder_id=notice.policyholder_id,
        window=working_days(today, RESPONSE_WORKING_DAYS, calendar_around(today)),
        at_risk=Money(notice.amount, notice.currency), params={"buyer": notice.obligor.name, "number": notice.number},
    )  # fmt: skip


def arm_task(actor: Actor, task: MitigationTask) -> Deadline:
    return deadlines.open_deadline(
        actor=actor, kind=MITIGATION_TASK, subject=task, policyholder_id=task.policyholder_id,
        window=deadlines.fixed_window(clock.today(), task.due_on),
        at_risk=Money(task.notice.amount, task.notice.currency),
        params={"buyer": task.notice.obligor.name, "number": task.notice.number, "task": task.number},
    )  # fmt: skip


def arm_default(actor: Actor, shipment: Shipment, window_is_open_on: date) -> Deadline | None:
    """The 30 days of an invoice again, after a notice on it was withdrawn while it is unpaid and there is time."""
    window = deadlines.counted(LOSS_NOTICE_DEFAULT, shipment.due_on)
    if window.legal_due < window_is_open_on:
        return None
    return deadlines.open_deadline(
        actor=actor, kind=LOSS_NOTICE_DEFAULT, subject=shipment, policyholder_id=shipment.policyholder_id,
        window=window, at_risk=Money(shipment.open_amount, shipment.currency),
        params={"buyer": shipment.obligor.name, "invoice": shipment.invoice_no, "group": shipment.obligor_id},
    )  # fmt: skip


def cancel_all(actor: Actor, notice: LossNotice) -> None:
    """The case is over: nothing of it runs on."""
    for kind in (LOSS_NOTICE_OTHER, NOTICE_RESPONSE, CLAIM_FILING):
        deadlines.cancel(actor=actor, kind=kind, subject=notice)
    for task in notice.tasks.all():
        deadlines.cancel(actor=actor, kind=MITIGATION_TASK, subject=task)


def _response_missed(rows: Sequence[Deadline]) -> None:
    for notice in LossNotice.objects.filter(pk__in=[row.subject_id for row in rows]).select_related("obligor"):
        messages.tell_insurer(SYSTEM, "notice.response_missed", notice, Role.CLAIMS_APPROVER)


def _task_missed(rows: Sequence[Deadline]) -> None:
    tasks = MitigationTask.objects.filter(pk__in=[row.subject_id for row in rows])
    for task in tasks.select_related("notice__obligor"):
        messages.tell_insurer(SYSTEM, "notice.task_missed", task.notice, Role.CLAIMS_OFFICER, task=task.number)


KINDS = (
    DeadlineKind(
        name=LOSS_NOTICE_DEFAULT, rule="LN-1", label=_("%(buyer)s has not paid invoice %(invoice)s: report the loss"),
        verb=_("File the loss notice"), title=_("Loss notice: default"),
        consequence=_("A late notice may reduce the indemnity; a person decides."),
        url_name="claims:notice-for-shipment", reminders=after_start(1, 10, 20, 27, 30), counting=CALENDAR_DAYS,
        length=DEFAULT_NOTICE_DAYS, decides_money=True, waits_for_start=True,
    ),
    DeadlineKind(
        name=LOSS_NOTICE_OTHER, rule="LN-1", label=_("File the loss notice %(number)s on %(buyer)s"),
        verb=_("File the loss notice"), title=_("Loss notice: other risks"),
        consequence=_("A late notice may reduce the indemnity; a person decides."),
        url_name="claims:notice-edit", reminders=on_working_days(3, 7, 9, 10), counting=WORKING_DAYS,
        length=OTHER_NOTICE_WORKING_DAYS, decides_money=True,
    ),
    DeadlineKind(
        name=NOTICE_RESPONSE, rule="LN-8", label=_("Answer the loss notice %(number)s on %(buyer)s"),
        verb=_("Open the notice"), title=_("First answer to a loss notice"),
        consequence=_("The claims approver is told that the first answer is overdue."), url_name="claims:notice-detail",
        owner="INSURER", roles=(Role.CLAIMS_OFFICER,), counting=WORKING_DAYS, length=RESPONSE_WORKING_DAYS,
        on_due=_response_missed,
    ),
    DeadlineKind(
        name=MITIGATION_TASK, rule="LN-10", label=_("Instruction %(task)s on %(buyer)s, notice %(number)s"),
        verb=_("See the instruction"), title=_("Mitigation instruction"),
        consequence=_("The claims officer is told that the instruction was not carried out in time."),
        url_name="claims:task-detail", reminders=before_due(7, 1), on_due=_task_missed,
    ),
)  # fmt: skip


def register_all() -> None:
    for kind in KINDS:
        register(kind)
