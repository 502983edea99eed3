"""What people are told about a loss notice, in the transaction of the deed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from claims.models import LossNotice
from policies.models import AssigneeBank, Reader
from sinosure.accounts.actor import Actor
from sinosure.accounts.roles import Role
from sinosure.notifications import kinds
from sinosure.notifications.services import notify_each, notify_insurer

_NOTICE = "claims:notice-detail"
KINDS: tuple[tuple[str, Any, str], ...] = (
    ("notice.filed", _("Loss notice %(number)s on %(buyer)s was received."), "blue"),
    ("notice.filed_by_bank", _("%(bank)s has filed loss notice %(number)s on %(buyer)s in your place. Your duties stay."), "amber"),
    ("notice.lines_added", _("Loss notice %(number)s on %(buyer)s: invoices were added."), "blue"),
    ("notice.accepted", _("Loss notice %(number)s on %(buyer)s was accepted."), "green"),
    ("notice.asked", _("Loss notice %(number)s: the insurer has a question."), "amber"),
    ("notice.answered", _("Loss notice %(number)s: the insured has answered."), "blue"),
    ("notice.instructed", _("Loss notice %(number)s: a new instruction for you, number %(task)s."), "amber"),
    ("notice.task_answered", _("Loss notice %(number)s: instruction %(task)s was answered."), "blue"),
    ("notice.task_missed", _("Loss notice %(number)s on %(buyer)s: instruction %(task)s was not done in time."), "red"),
    ("notice.consented", _("Loss notice %(number)s: the cost of instruction %(task)s was decided."), "blue"),
    ("notice.mandate", _("Loss notice %(number)s: a collection mandate waits for your signature."), "amber"),
    ("notice.mandate_signed", _("Loss notice %(number)s: the collection mandate was signed."), "blue"),
    ("notice.report", _("Loss notice %(number)s: the collection channel has reported."), "blue"),
    ("notice.paid_in_full", _("Loss notice %(number)s on %(buyer)s: every invoice is paid. It can be closed."), "green"),
    ("notice.resolved", _("Loss notice %(number)s on %(buyer)s is closed: the buyer paid."), "green"),
    ("notice.closed", _("Loss notice %(number)s on %(buyer)s is closed without a claim."), "grey"),
    ("notice.withdrawn", _("Loss notice %(number)s on %(buyer)s was withdrawn."), "grey"),
    ("notice.stop_may_end", _("Loss notice %(number)s on %(buyer)s is over. Cover on the buyer may be opened again."), "blue"),
    ("notice.response_missed", _("Loss notice %(number)s on %(buyer)s: the first answer is overdue."), "red"),
    ("notice.late_now", _("Loss notice %(number)s on %(buyer)s: by the new calendar it came %(days)s days late."), "amber"),
)  # fmt: skip


def register_all() -> None:
    for kind, text, tone in KINDS:
        kinds.register(kind, text, _NOTICE, tone)


def params_of(notice: LossNotice, **more: Any) -> dict[str, Any]:
    return {"number": notice.number, "buyer": notice.obligor.name, **more}


def tell_insured(actor: Actor, kind: str, notice: LossNotice, **more: Any) -> None:
    _tell(actor, kind, notice, [(notice.policyholder_id, None)], more)


def tell_insured_and_banks(actor: Actor, kind: str, notice: LossNotice, **more: Any) -> None:
    """The policyholder, and the banks that an active agreement makes loss payee."""
    banks = AssigneeBank.objects.of_obligor(notice.policy_id, notice.obligor)
    _tell(actor, kind, notice, [(notice.policyholder_id, None), *banks], more)


def _tell(actor: Actor, kind: str, notice: LossNotice, readers: list[Reader], more: dict[str, Any]) -> None:
    notify_each(actor, kind, notice, readers, policyholder_id=notice.policyholder_id, params=params_of(notice, **more))


def tell_officers(actor: Actor, kind: str, notice: LossNotice, **more: Any) -> None:
    tell_insurer(actor, kind, notice, Role.CLAIMS_OFFICER, **more)


def tell_insurer(actor: Actor, kind: str, notice: LossNotice, role: str, **more: Any) -> None:
    notify_insurer(actor, kind, notice, role, policyholder_id=notice.policyholder_id, params=params_of(notice, **more))
