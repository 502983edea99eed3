"""Recovery cases: channel, plan, money recovered with its costs, the split and the remittance (Rulebook §7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from claims import clocks, messages
from claims.lifecycle import CLAIM, RECEIPT, RECOVERY
from claims.models import (
    CaseNote,
    Claim,
    Instalment,
    NoteKind,
    OpinionKind,
    PaymentState,
    RecoveryCase,
    RecoveryMode,
    RecoveryReceipt,
    RecoveryReceiptState,
    RecoveryState,
)
from claims.moving import hold_limits, locked_claim, move_claim, move_row, write
from claims.recovery import RecoverySplit
from claims.recovery import split as split_rule
from claims.recovery_postings import post_remittance, post_split
from declarations.models import Shipment
from declarations.production import services as production
from financing.models import Agreement, AgreementKind, Loan
from limits import services as limits
from limits.models import LimitMovement
from sinosure.accounts.actor import Actor
from sinosure.accounts.roles import Role
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.money import Money, round_money
from sinosure.deadlines import services as deadlines
from sinosure.documents.services import next_number

IN_THE_END = (RecoveryState.WRITTEN_OFF, RecoveryState.CLOSED)


@transaction.atomic
def open_case(*, actor: Actor, claim_id: int, mode: str = RecoveryMode.PRO_RATA) -> RecoveryCase:
    """After the final payment: debt and indemnity are fixed here, they decide the ratio of every split (REC-2)."""
    claim = locked_claim(actor, claim_id)
    move_claim(actor, claim, "recover")
    opinion = claim.opinions.filter(kind=OpinionKind.FINAL, decided_at__isnull=False, voided_at=None).latest("id")
    agreement = _receivable_agreement(claim)
    case = RecoveryCase.objects.create(
        number=next_number(f"RC-{clock.today():%Y}"), claim=claim, policyholder_id=claim.policyholder_id,
        obligor=claim.obligor, mode=RecoveryMode(mode), currency=claim.currency,
        debt=opinion.worksheet.assessed_loss if opinion.worksheet else claim.claimed,
        indemnity_paid=claim.paid_total - _mitigation_paid(claim),
        bank=agreement.bank if agreement else None, bank_outstanding=_owed_to_bank(claim, agreement),
        officer_id=actor.user_id, opened_at=clock.now(),
    )  # fmt: skip
    audit.record(actor, "recovery_case.open", case, detail={"debt": str(case.debt), "paid": str(case.indemnity_paid)})
    return case


def _mitigation_paid(claim: Claim) -> Decimal:
    """Refunds of mitigation costs are not part of the indemnity in the ratio (REC-2)."""
    standing = claim.opinions.filter(decided_at__isnull=False, voided_at=None)
    return standing.aggregate(sum=Sum("mitigation"))["sum"] or Decimal(0)


def _receivable_agreement(claim: Claim) -> Agreement | None:
    """REC-4: only an assignment of the receivable itself moves the insured side to the bank."""
    paid = claim.payments.filter(state=PaymentState.CONFIRMED, agreement__kind=AgreementKind.RECEIVABLE)
    payment = paid.select_related("agreement__bank").order_by("-id").first()
    return payment.agreement if payment else None


def _owed_to_bank(claim: Claim, agreement: Agreement | None) -> Decimal:
    """What the loans on the claimed shipments still owe after the indemnity went to the bank, in policy currency."""
    if agreement is None:
        return Decimal(0)
    loans = Loan.objects.filter(agreement=agreement, shipment__claim_lines__claim=claim).select_related("shipment")
    owed = sum(((loan.principal - loan.repaid) / loan.shipment.fx for loan in loans), Decimal(0))
    return round_money(owed, claim.currency)


def _locked(actor: Actor, case_id: int) -> RecoveryCase:
    """The claim first, then its case: one locking order."""
    claim_id = RecoveryCase.objects.visible_to(actor).values_list("claim_id", flat=True).get(pk=case_id)
    claim = locked_claim(actor, claim_id)
    case = RecoveryCase.objects.select_for_update(of=("self",)).get(pk=case_id)
    case.claim = claim
    return case


@transaction.atomic
def assign_channel(*, actor: Actor, case_id: int, channel: str) -> RecoveryCase:
    """The overseas channel or lawyer who pursues the debtor."""
    if not channel:
        raise DomainError("channel_required", _("Name the channel."), field="channel")
    return move_row(
        RECOVERY, actor, _locked(actor, case_id), "assign_channel", channel=channel, officer_id=actor.user_id
    )


@transaction.atomic
def pursue(*, actor: Actor, case_id: int, action: str, remark: str) -> RecoveryCase:
    """Negotiate, go to court or follow the liquidation; the remark goes to the log."""
    case = _locked(actor, case_id)
    move_row(RECOVERY, actor, case, action, detail={"remark": remark}, remark=remark[:500])
    _log(actor, case, remark)
    return case


def _log(actor: Actor, case: RecoveryCase, text: str) -> None:
    if text:
        CaseNote.objects.create(
            claim_id=case.claim_id, policyholder_id=case.policyholder_id, kind=NoteKind.RECOVERY, text=text[:2000],
            happened_on=clock.today(), written_by_id=actor.user_id, written_at=clock.now(),
        )  # fmt: skip


@transaction.atomic
def plan_instalments(
    *, actor: Actor, case_id: int, plan: Sequence[tuple[date, Decimal]], remark: str = ""
) -> RecoveryCase:
    """An instalment plan with its own due dates; each is a clock. A new plan replaces what is not paid yet."""
    case = _locked(actor, case_id)
    if not plan:
        raise DomainError("plan_required", _("Enter at least one instalment."), field="plan")
    move_row(RECOVERY, actor, case, "plan_instalments", detail={"instalments": len(plan)}, remark=remark[:500])
    for old in case.instalments.filter(paid_on=None):
        deadlines.cancel(actor=actor, kind=clocks.INSTALMENT, subject=old)
        old.delete()
    for due_on, amount in sorted(plan):
        _add_instalment(actor, case, due_on, amount)
    return case


def _add_instalment(actor: Actor, case: RecoveryCase, due_on: date, amount: Decimal) -> None:
    if due_on < clock.today():
        raise DomainError("date_in_past", _("An instalment must lie ahead."), field="plan")
    if case.instalments.filter(due_on=due_on).exists():
        raise DomainError("instalment_twice", _("Two instalments have the same day."), field="plan")
    row = Instalment.objects.create(
        case=case, policyholder_id=case.policyholder_id, due_on=due_on, amount=amount, currency=case.currency
    )
    days = (due_on - clock.today()).days
    clocks.arm(actor, clocks.INSTALMENT, row, case.claim, days, at_risk=Money(amount, case.currency))


@transaction.atomic
def record(
    *, actor: Actor, case_id: int, received_on: date, gross: Decimal, reference: str, cost: Decimal = Decimal(0),
    received_by_insured: bool = False,
) -> RecoveryReceipt:  # fmt: skip
    """Money that came in, with the cost of getting it. Split and posted by finance."""
    case = _locked(actor, case_id)
    RECOVERY.check("record", case, actor)
    if received_on > clock.today():
        raise DomainError("date_in_future", _("The day cannot lie in the future."), field="received_on")
    if case.receipts.filter(reference=reference).exists():
        raise DomainError("receipt_exists", _("This reference was recorded already."), field="reference", status=409)
    return record_locked(actor, case, received_on, gross, reference, cost, received_by_insured)


def record_locked(
    actor: Actor, case: RecoveryCase, received_on: date, gross: Decimal, reference: str, cost: Decimal, by_insured: bool
) -> RecoveryReceipt:
    """The row itself, its clock when the insured holds the money (REC-5), and the state of the case."""
    receipt = RecoveryReceipt.objects.create(
        case=case, policyholder_id=case.policyholder_id, received_on=received_on, received_by_insured=by_insured,
        reference=reference, gross=gross, cost=cost, currency=case.currency, recorded_by_id=actor.user_id,
        recorded_at=clock.now(),
    )  # fmt: skip
    if by_insured:
        share = _worked_out(case, receipt).insurer
        clocks.arm(actor, clocks.RECOVERY_REMIT, receipt, case.claim, start=received_on,
                   at_risk=Money(share, case.currency))  # fmt: skip
    _settle_instalments(actor, case, gross, received_on)
    whole = case.receipts.aggregate(sum=Sum("gross"))["sum"] or Decimal(0)
    state = RecoveryState.FULL if whole >= case.debt else RecoveryState.PARTIAL
    if case.state not in IN_THE_END:
        write(case, state=state)
    audit.record(actor, "recovery_receipt.record", receipt, detail={"gross": str(gross), "cost": str(cost)})
    messages.tell_insurer(actor, "recovery.recorded", case.claim, Role.FINANCE_OFFICER)
    return receipt


def _settle_instalments(actor: Actor, case: RecoveryCase, gross: Decimal, received_on: date) -> None:
    """The oldest instalments that the money covers in full are met."""
    left = gross
    for row in case.instalments.filter(paid_on=None).order_by("due_on"):
        if row.amount > left:
            return
        left -= row.amount
        write(row, paid_on=received_on)
        deadlines.meet(actor=actor, kind=clocks.INSTALMENT, subject=row)


def _worked_out(case: RecoveryCase, receipt: RecoveryReceipt) -> RecoverySplit:
    """REC-2 … REC-6 for this receipt, on what the insurer, the insured and the bank got before."""
    done = case.receipts.exclude(state=RecoveryReceiptState.RECORDED).exclude(pk=receipt.pk)
    before = done.aggregate(insured=Sum("insured_share"), bank=Sum("to_bank"))
    to_bank = before["bank"] or Decimal(0)
    return split_rule(
        debt=case.debt, indemnity_paid=case.indemnity_paid, gross=receipt.gross, cost=receipt.cost,
        bank_outstanding=max(Decimal(0), case.bank_outstanding - to_bank), mode=case.mode, currency=case.currency,
        insured_had=before["insured"] or Decimal(0),
    )  # fmt: skip


def preview(receipt: RecoveryReceipt) -> RecoverySplit:
    """The split as it would be posted now, with its working."""
    return _worked_out(receipt.case, receipt)


def _locked_receipt(actor: Actor, receipt_id: int) -> RecoveryReceipt:
    case_id = RecoveryReceipt.objects.visible_to(actor).values_list("case_id", flat=True).get(pk=receipt_id)
    case = _locked(actor, case_id)
    receipt = RecoveryReceipt.objects.select_for_update(of=("self",)).get(pk=receipt_id)
    receipt.case = case
    return receipt


@transaction.atomic
def split(*, actor: Actor, receipt_id: int) -> RecoveryReceipt:
    """Finance splits the receipt and posts the shares; not the person who recorded it."""
    receipt = _locked_receipt(actor, receipt_id)
    RECEIPT.check("split", receipt, actor)
    shares = preview(receipt)
    move_row(
        RECEIPT, actor, receipt, "split", detail={"insurer": str(shares.insurer), "insured": str(shares.insured_side)},
        net=shares.net, insurer_share=shares.insurer, insured_share=shares.insured_side, to_bank=shares.to_bank,
        working={"steps": _steps_json(shares), "ratio": str(shares.ratio),
                 "cost_insurer": str(shares.cost_insurer), "cost_insured": str(shares.cost_insured)},
        split_by_id=actor.user_id, split_at=clock.now(),
    )  # fmt: skip
    post_split(actor, receipt, shares)
    return receipt


def _steps_json(shares: RecoverySplit) -> list[dict[str, Any]]:
    return [step.as_stored() for step in shares.steps]


@transaction.atomic
def remit(*, actor: Actor, receipt_id: int) -> RecoveryReceipt:
    """The insured's and the bank's share goes out, or the insured's remittance has come in (REC-5)."""
    receipt = _locked_receipt(actor, receipt_id)
    move_row(RECEIPT, actor, receipt, "remit", remitted_by_id=actor.user_id, remitted_at=clock.now())
    post_remittance(actor, receipt)
    if receipt.received_by_insured:
        deadlines.meet(actor=actor, kind=clocks.RECOVERY_REMIT, subject=receipt)
    messages.tell_insured(actor, "recovery.remitted", receipt.case.claim)
    return receipt


@transaction.atomic
def write_off(*, actor: Actor, case_id: int, reason: str) -> RecoveryCase:
    """Nothing more can be had; the reason stays on the case."""
    case = _locked(actor, case_id)
    if not reason:
        raise DomainError("reason_required", _("Give the reason."), field="reason")
    move_row(RECOVERY, actor, case, "write_off", detail={"reason": reason}, remark=reason[:500])
    _log(actor, case, reason)
    return case


@transaction.atomic
def close(*, actor: Actor, case_id: int, reason: str = "") -> RecoveryCase:
    """The case and with it the claim are closed; what the claim still held under the limit is given back."""
    hold_limits(actor, RecoveryCase.objects.visible_to(actor).values_list("claim_id", flat=True).get(pk=case_id))
    case = _locked(actor, case_id)
    if case.receipts.exclude(state=RecoveryReceiptState.REMITTED).exists():
        raise DomainError("receipts_open", _("Money recovered still waits to be split or remitted."), status=409)
    move_row(RECOVERY, actor, case, "close", detail={"reason": reason}, closed_at=clock.now())
    for row in case.instalments.filter(paid_on=None):
        deadlines.cancel(actor=actor, kind=clocks.INSTALMENT, subject=row)
    close_claim(actor, case.claim, reason or case.remark)
    return case


def close_claim(actor: Actor, claim: Claim, reason: str) -> None:
    """Exposure ends when the claim is closed (LIM-7). The stop stays until an underwriter opens cover again."""
    CLAIM.check("close", claim, actor)
    move_claim(actor, claim, "close", detail={"reason": reason}, closed_at=clock.now(), closing_reason=reason[:500])
    clocks.cancel_all(actor, claim)
    _release_limits(actor, claim)
    messages.tell_insured(actor, "claim.closed", claim)


def _release_limits(actor: Actor, claim: Claim) -> None:
    """What each claimed shipment has drawn and not given back, by the book of movements."""
    if claim.production_id is not None:
        production.give_room(production.locked(actor, claim.production_id))
    shipments = Shipment.objects.filter(claim_lines__claim=claim, limit__isnull=False).select_related("limit")
    for shipment in shipments.order_by("limit_id", "id"):
        moved = LimitMovement.objects.filter(
            limit=shipment.limit_id, subject_type=Shipment._meta.label_lower, subject_id=shipment.pk
        )
        held = moved.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
        if held > 0 and shipment.limit_id is not None:
            limits.release(actor=actor, limit_id=shipment.limit_id, amount=held, subject=shipment)
