"""Propose an opinion on the worksheet, decide it with authority, send the letter (Rulebook §6.9, CLM-7)."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from claims import authority, clocks, complying, letters, messages
from claims.adjustment import current_figures, premium_overdue
from claims.handling import waiting_is_over
from claims.lifecycle import CLAIM
from claims.models import (
    Claim,
    ItemState,
    Opinion,
    OpinionKind,
    Payment,
    PaymentState,
    ReturnDocument,
    ReturnKind,
    Worksheet,
)
from claims.moving import locked_claim, move_claim, write
from declarations.production import services as production
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.accounts.roles import Role
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.core.lifecycle import FOUR_EYES
from sinosure.core.money import Money
from sinosure.deadlines import services as deadlines
from sinosure.ledger import services as ledger
from sinosure.ledger.models import Account, Journal
from sinosure.reference.services import convert

LEVEL_LABELS = {
    1: _("Branch"),
    2: _("Division head"),
    3: _("Department general manager"),
    4: _("President's office"),
}


def level_for(total: Money) -> int:
    """The tier of the whole case in USD at today's rate (§6.9)."""
    return authority.level_needed(convert(total, "USD", clock.today()).amount)


@transaction.atomic
def propose(*, actor: Actor, claim_id: int, kind: str, reasons: str) -> Opinion:
    """The officer's opinion on the latest worksheet: interim, final or nil. The amount is never typed."""
    claim = locked_claim(actor, claim_id)
    CLAIM.check("propose", claim, actor)
    if not reasons:
        raise DomainError("reason_required", _("Give the reasons of the opinion."), field="reasons")
    sheet = claim.worksheets.order_by("-version").first()
    if sheet is None:
        raise DomainError("worksheet_required", _("Save a worksheet first."), status=409)
    if kind != OpinionKind.NIL:
        _must_be_payable(claim, sheet, kind)
    opinion = _opinion(actor, claim, sheet, OpinionKind(kind), reasons)
    detail = {"kind": kind, "amount": str(opinion.amount), "worksheet": sheet.version}
    move_claim(actor, claim, "propose", detail=detail)
    messages.tell_insurer(actor, "claim.proposed", claim, Role.CLAIMS_APPROVER)
    return opinion


def _must_be_payable(claim: Claim, sheet: Worksheet, kind: str) -> None:
    complying.check_payable(claim)
    _must_be_instructed(claim)
    check_not_moved(claim, sheet)
    if sheet.inputs.get("breach_open"):
        raise DomainError("breach_open", _("The notice came late. Confirm or waive the reduction first."))
    unpaid = premium_overdue(claim)
    if unpaid and kind == OpinionKind.FINAL:
        message = _("Premium is overdue on %(invoices)s. The claim on them is blocked until it is paid.")
        raise DomainError("premium_unpaid", message, status=409, invoices=", ".join(unpaid))
    if kind == OpinionKind.FINAL and not waiting_is_over(claim):
        message = _("The waiting period runs until %(day)s. Pay an interim indemnity, or waive it with a reason.")
        raise DomainError("waiting_period", message, status=409, day=claim.waiting_until)
    if not sheet.payable_now and (kind == OpinionKind.INTERIM or not claim.paid_total):
        raise DomainError("nothing_payable", _("The worksheet shows nothing to pay. Propose “no indemnity” instead."))


def _must_be_instructed(claim: Claim) -> None:
    """§1.3: before shipment the insurer says in writing whether production goes on or stops."""
    if claim.production is not None and not claim.production.instructions.exists():
        message = _(
            "Instruct the insured in writing to continue or to stop production before you propose an indemnity."
        )
        raise DomainError("instruction_missing", message, status=409)


def check_not_moved(claim: Claim, sheet: Worksheet) -> None:
    """Compute the worksheet again on the facts of this moment; a payment by the buyer changes the loss (row 31)."""
    if current_figures(claim, sheet) != (sheet.indemnity_total, sheet.payable_now):
        message = _("The facts have changed since this worksheet was saved. Adjust the loss again.")
        raise DomainError("amount_moved", message, status=409)


def _opinion(actor: Actor, claim: Claim, sheet: Worksheet, kind: OpinionKind, reasons: str) -> Opinion:
    is_nil = kind == OpinionKind.NIL
    amount = Decimal(0) if is_nil else sheet.payable_now
    total = claim.paid_total + amount
    earlier = claim.opinions.filter(decided_at__isnull=False, voided_at=None).aggregate(sum=Sum("mitigation"))["sum"]
    mitigation = min(amount, max(Decimal(0), sheet.mitigation_share - (earlier or 0)))
    return Opinion.objects.create(
        claim=claim, worksheet=sheet, kind=kind, amount=amount, total=total, currency=claim.currency, reasons=reasons,
        mitigation=Decimal(0) if is_nil else mitigation,
        level_needed=level_for(Money(claim.claimed if is_nil else total, claim.currency)),
        proposed_by_id=actor.user_id, proposed_at=clock.now(),  # type: ignore[misc]
    )  # fmt: skip


def open_opinion(claim: Claim) -> Opinion:
    """The opinion that waits for a decision."""
    return Opinion.objects.select_for_update(of=("self",)).get(
        claim=claim, decided_at=None, returned_at=None, voided_at=None
    )


def standing_opinion(claim: Claim) -> Opinion:
    """The decided opinion that letters and payments rest on."""
    rows = Opinion.objects.select_for_update(of=("self",)).select_related("worksheet")
    return rows.filter(claim=claim, decided_at__isnull=False, voided_at=None).latest("id")


@transaction.atomic
def return_opinion(*, actor: Actor, claim_id: int, comment: str) -> Claim:
    """Back to the adjuster, with a comment."""
    claim = locked_claim(actor, claim_id)
    CLAIM.check("return", claim, actor)
    if not comment:
        raise DomainError("comment_required", _("Tell the adjuster what to change."), field="comment")
    write(open_opinion(claim), returned_at=clock.now(), comment=comment)
    move_claim(actor, claim, "return", detail={"comment": comment})
    messages.tell_officers(actor, "claim.returned", claim)
    return claim


@transaction.atomic
def decide(*, actor: Actor, claim_id: int, comment: str = "") -> Opinion:
    """A second person with the authority of the tier approves; the indemnity is booked as owed."""
    claim = locked_claim(actor, claim_id)
    CLAIM.check("decide", claim, actor)
    opinion = open_opinion(claim)
    _must_have_authority(actor, opinion)
    if opinion.kind != OpinionKind.NIL and opinion.worksheet is not None:
        check_not_moved(claim, opinion.worksheet)
    write(opinion, decided_by_id=actor.user_id, decided_at=clock.now(), comment=comment)
    move_claim(
        actor, claim, "decide", detail={"kind": opinion.kind, "amount": str(opinion.amount)},
        decided_at=clock.now(), indemnity_total=opinion.total, cap=opinion.total,
    )  # fmt: skip
    _book_as_owed(actor, claim, opinion)
    _settle_clocks(actor, claim, opinion)
    messages.tell_officers(actor, "claim.decided", claim)
    return opinion


def _must_have_authority(actor: Actor, opinion: Opinion) -> None:
    if opinion.proposed_by_id == actor.user_id:
        raise NotAllowed("four_eyes", FOUR_EYES)
    if actor.tier(Role.CLAIMS_APPROVER) < opinion.level_needed:
        message = _("This case needs the authority of level %(level)s. Yours is level %(own)s.")
        raise NotAllowed("authority", message, level=opinion.level_needed, own=actor.tier(Role.CLAIMS_APPROVER))


def _book_as_owed(actor: Actor, claim: Claim, opinion: Opinion) -> None:
    lines = [
        ledger.Line(Account.INDEMNITY_EXPENSE, Money(opinion.amount - opinion.mitigation, claim.currency)),
        ledger.Line(Account.MITIGATION_EXPENSE, Money(opinion.mitigation, claim.currency)),
        ledger.Line(Account.INDEMNITY_PAYABLE, Money(-opinion.amount, claim.currency)),
    ]
    if opinion.amount:
        ledger.post(
            actor=actor, kind="indemnity.decided", subject=opinion, policyholder_id=claim.policyholder_id, lines=lines,
            memo=claim.number,
        )  # fmt: skip


def _settle_clocks(actor: Actor, claim: Claim, opinion: Opinion) -> None:
    deadlines.meet(actor=actor, kind=clocks.CLAIM_INTERIM, subject=claim)
    if opinion.kind != OpinionKind.INTERIM:
        deadlines.meet(actor=actor, kind=clocks.CLAIM_DECISION, subject=claim)
    if opinion.kind == OpinionKind.NIL:
        clocks.arm(actor, clocks.REFUSAL_NOTICE, claim, claim)


@transaction.atomic
def send_notice(*, actor: Actor, claim_id: int) -> Claim:
    """《赔付通知书》 and the forms that come back: receipt, subrogation form in Chinese and English, AML."""
    claim = locked_claim(actor, claim_id)
    opinion = standing_opinion(claim)
    if opinion.kind == OpinionKind.NIL:
        raise DomainError("opinion_is_nil", _("The opinion is “no indemnity”: send the refusal letter."), status=409)
    action = "send_notice" if opinion.amount else "settle"
    move_claim(actor, claim, action, detail={"amount": str(opinion.amount)})
    write(opinion, notified_at=clock.now())
    letters.issue_indemnity_notice(actor, claim, opinion)
    if opinion.amount:
        _open_returns(actor, claim, opinion)
    messages.tell_insured(actor, "claim.notice_sent", claim)
    return claim


def _open_returns(actor: Actor, claim: Claim, opinion: Opinion) -> None:
    forms = letters.issue_return_forms(actor, claim, opinion)
    ReturnDocument.objects.bulk_create(
        ReturnDocument(
            opinion=opinion, policyholder_id=claim.policyholder_id, kind=kind, state=ItemState.MISSING,
            letter_id=forms.get(kind),
        )
        for kind in ReturnKind.values
    )  # fmt: skip


@transaction.atomic
def reject(*, actor: Actor, claim_id: int) -> Claim:
    """The refusal letter, with the reasons, within three days after the decision (CLM-7)."""
    claim = locked_claim(actor, claim_id)
    opinion = standing_opinion(claim)
    if opinion.kind != OpinionKind.NIL:
        raise DomainError("opinion_not_nil", _("An indemnity was decided: send the indemnity notice."), status=409)
    move_claim(actor, claim, "reject", closed_at=clock.now())
    _let_go(claim)
    write(opinion, notified_at=clock.now())
    deadlines.meet(actor=actor, kind=clocks.REFUSAL_NOTICE, subject=claim)
    letters.issue_refusal(actor, claim, opinion)
    messages.tell_insured(actor, "claim.rejected", claim)
    return claim


def _let_go(claim: Claim) -> None:
    """Nothing is paid: goods in production may go on and be shipped."""
    if claim.production_id is not None:
        production.release_from_claim(contract_id=claim.production_id)


@transaction.atomic
def dispute(*, actor: Actor, claim_id: int, reason: str) -> Claim:
    """The insured disputes the refusal."""
    claim = locked_claim(actor, claim_id)
    if not reason:
        raise DomainError("reason_required", _("Say why you disagree."), field="reason")
    if claim.production_id is not None:  # the goods may have been shipped meanwhile
        production.hold_for_claim(actor=actor, contract_id=claim.production_id)
    move_claim(actor, claim, "dispute", detail={"reason": reason}, closed_at=None, closing_reason=reason)
    messages.tell_officers(actor, "claim.disputed", claim)
    return claim


@transaction.atomic
def readjust(*, actor: Actor, claim_id: int) -> Claim:
    """After a dispute: the loss is adjusted again, the old opinion no longer stands."""
    claim = locked_claim(actor, claim_id)
    move_claim(actor, claim, "readjust")
    _void_opinions(actor, claim, "readjusted")
    return claim


@transaction.atomic
def uphold(*, actor: Actor, claim_id: int, reason: str) -> Claim:
    """An approver upholds the refusal; the case is closed."""
    claim = locked_claim(actor, claim_id)
    if not reason:
        raise DomainError("reason_required", _("Give the reason."), field="reason")
    move_claim(actor, claim, "uphold", detail={"reason": reason}, closed_at=clock.now(), closing_reason=reason)
    _let_go(claim)
    messages.tell_insured(actor, "claim.closed", claim)
    return claim


@transaction.atomic
def reopen(*, actor: Actor, claim_id: int, reason: str) -> Claim:
    """CLOSED → LOSS_ADJUSTMENT, by an approver with a reason."""
    claim = locked_claim(actor, claim_id)
    if not reason:
        raise DomainError("reason_required", _("Give the reason."), field="reason")
    move_claim(actor, claim, "reopen", detail={"reason": reason}, closed_at=None, closing_reason=reason)
    messages.tell_insured(actor, "claim.reopened", claim)
    return claim


@transaction.atomic
def continue_to_final(*, actor: Actor, claim_id: int) -> Claim:
    """After an interim indemnity was paid: on to the final one, which pays only the difference (G16)."""
    claim = locked_claim(actor, claim_id)
    if standing_opinion(claim).kind != OpinionKind.INTERIM:
        raise DomainError("already_final", _("The final indemnity was paid."), status=409)
    move_claim(actor, claim, "continue")
    clocks.arm(actor, clocks.CLAIM_DECISION, claim, claim)
    return claim


@transaction.atomic
def void(*, actor: Actor, claim_id: int, reason: str) -> Claim:
    """The amount has moved: opinion and unsent payments fall, maker and checker start again (row 31)."""
    claim = locked_claim(actor if actor.is_insurer else SYSTEM, claim_id)
    return void_locked(actor, claim, reason)


def void_locked(actor: Actor, claim: Claim, reason: str) -> Claim:
    doer = actor if actor.can("claims.adjust") else SYSTEM
    CLAIM.check("void", claim, doer)
    if claim.payments.filter(state=PaymentState.SENT).exists():
        raise DomainError("payment_under_way", _("A payment is with the bank. Wait until it is confirmed."), status=409)
    _void_opinions(actor, claim, reason)
    move_claim(
        doer, claim, "void", detail={"reason": reason, "by": actor.name}, cap=claim.paid_total or None,
        indemnity_total=claim.paid_total or None, decided_at=None,
    )  # fmt: skip
    for kind in (clocks.PAYMENT, clocks.REFUSAL_NOTICE):
        deadlines.cancel(actor=actor, kind=kind, subject=claim)
    messages.tell_officers(actor, "claim.voided", claim)
    return claim


def _void_opinions(actor: Actor, claim: Claim, reason: str) -> None:
    """Opinions that were not paid: cancel their payments, reverse what was booked as owed."""
    for opinion in claim.opinions.select_for_update().filter(voided_at=None, returned_at=None):
        payments = Payment.objects.filter(opinion=opinion)
        if payments.filter(state__in=[PaymentState.SENT, PaymentState.CONFIRMED]).exists():
            continue
        for payment in payments.filter(state__in=[PaymentState.PREPARED, PaymentState.APPROVED]):
            write(payment, state=PaymentState.CANCELLED, remark=reason[:300])
        write(opinion, voided_at=clock.now(), comment=reason[:500])
        _reverse(actor, opinion, reason)
        audit.record(actor, "opinion.void", opinion, policyholder_id=claim.policyholder_id, detail={"reason": reason})


def _reverse(actor: Actor, opinion: Opinion, reason: str) -> None:
    rows = Journal.objects.filter(subject_type="claims.opinion", subject_id=opinion.pk, reverses=None, reversed_by=None)
    for journal in rows:
        ledger.reverse(actor=actor, journal=journal, subject=opinion, memo=reason[:200])
