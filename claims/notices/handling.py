"""What the insurer does with a notice, and how a case ends (LN-8)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims.models import LossNotice, NoticeState
from claims.notices import clocks, messages
from claims.notices.lifecycle import FILED
from claims.notices.lines import is_paid_in_full, lines_of
from claims.notices.moving import locked_notice, move_notice
from declarations.production import services as production
from sinosure.accounts.actor import Actor
from sinosure.accounts.roles import Role
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.deadlines import services as deadlines


@transaction.atomic
def accept(*, actor: Actor, notice_id: int, version: int | None = None) -> LossNotice:
    """The notice is complete; the officer who accepts it minds the case."""
    notice = move_notice(actor, locked_notice(actor, notice_id, version), "accept", officer_id=actor.user_id)
    deadlines.meet(actor=actor, kind=clocks.NOTICE_RESPONSE, subject=notice)
    messages.tell_insured_and_banks(actor, "notice.accepted", notice)
    return notice


@transaction.atomic
def ask(*, actor: Actor, notice_id: int, question: str) -> LossNotice:
    """One question with everything that is missing."""
    notice = locked_notice(actor, notice_id)
    move_notice(actor, notice, "ask", {"question": question}, question=question, answer="", officer_id=actor.user_id)
    deadlines.meet(actor=actor, kind=clocks.NOTICE_RESPONSE, subject=notice)
    messages.tell_insured(actor, "notice.asked", notice)
    return notice


@transaction.atomic
def answer(*, actor: Actor, notice_id: int, answer: str) -> LossNotice:
    notice = locked_notice(actor, notice_id)
    move_notice(actor, notice, "answer", {"answer": answer}, answer=answer)
    clocks.arm_response(actor, notice)
    messages.tell_officers(actor, "notice.answered", notice)
    return notice


@transaction.atomic
def analyse(*, actor: Actor, notice_id: int, loss_analysis: str, liability_analysis: str) -> LossNotice:
    """The preliminary analysis of loss and liability, for the insurer's people only."""
    notice = locked_notice(actor, notice_id)
    detail = {"loss": loss_analysis, "liability": liability_analysis}
    return move_notice(
        actor, notice, "analyse", detail, loss_analysis=loss_analysis, liability_analysis=liability_analysis
    )


@transaction.atomic
def resolve_paid(*, actor: Actor, notice_id: int) -> LossNotice:
    """RESOLVED_PAID: only when nothing is open on any reported invoice."""
    notice = locked_notice(actor, notice_id)
    if not is_paid_in_full(list(lines_of(notice))):
        message = _("Some invoices of this notice are still open. It can be closed as paid only when all are paid.")
        raise DomainError("still_open", message, status=409)
    move_notice(actor, notice, "resolve_paid", closed_at=clock.now())
    return _over(actor, notice, "notice.resolved")


@transaction.atomic
def close_no_claim(*, actor: Actor, notice_id: int, reason: str) -> LossNotice:
    """The case needs no claim; the insured may file a new notice when something happens."""
    notice = locked_notice(actor, notice_id)
    move_notice(actor, notice, "close_no_claim", {"reason": reason}, closed_at=clock.now(), closing_reason=reason)
    return _over(actor, notice, "notice.closed")


@transaction.atomic
def withdraw(*, actor: Actor, notice_id: int, reason: str) -> LossNotice:
    """撤销报损 by the insured. Unpaid invoices get their own window back while it is still running."""
    notice = locked_notice(actor, notice_id)
    was_filed = notice.state in FILED
    move_notice(actor, notice, "withdraw", {"reason": reason}, closed_at=clock.now(), closing_reason=reason)
    if not was_filed:
        clocks.cancel_all(actor, notice)
        return notice
    for line in lines_of(notice).select_related("shipment__obligor").filter(shipment__open_amount__gt=0):
        clocks.arm_default(actor, line.shipment, clock.today())
    messages.tell_officers(actor, "notice.withdrawn", notice)
    return _over(actor, notice, "notice.withdrawn")


def _over(actor: Actor, notice: LossNotice, kind: str) -> LossNotice:
    """Clocks end; the stop of cover stays until an underwriter lifts it (LIM-10 b)."""
    clocks.cancel_all(actor, notice)
    if notice.production_id is not None:
        production.release_from_claim(contract_id=notice.production_id)
    messages.tell_insured_and_banks(actor, kind, notice)
    messages.tell_insurer(actor, "notice.stop_may_end", notice, Role.UNDERWRITER)
    return notice


def propose_resolution(actor: Actor, policyholder_id: int, obligor_id: int) -> None:
    """The buyer paid something: tell the officers of notices on which nothing is open any more."""
    rows = LossNotice.objects.filter(policyholder=policyholder_id, obligor=obligor_id, state__in=FILED)
    for notice in rows.exclude(state=NoticeState.DRAFT).select_related("obligor"):
        if is_paid_in_full(list(lines_of(notice))):
            messages.tell_officers(actor, "notice.paid_in_full", notice)
