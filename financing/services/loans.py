"""投保核验 → 融资审核 → 放款登记: verify, reserve, draw (Rulebook §8.5); 还款登记 is in `repayments`.

One transaction locks the policy, the limit and the shipment in this order, judges, and takes hold of the invoice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from declarations.models import Shipment
from financing import book, facts, messages, probing
from financing.ceiling import Ceiling, ceiling
from financing.clocks import RESERVATION, arm_reservation, reservation_window
from financing.lifecycle import LOAN
from financing.models import ACTIVE_LOAN, IN_FORCE, Agreement, Check, Fact, FinancedInvoice, Loan, LoanState
from financing.moving import locked_loan
from financing.services.agreements import refuse_odd_rate
from financing.verification import REASONS, Ask, Standing, Verdict, judge
from limits.models import CreditLimit
from policies.moving import locked_policy
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.core.money import Money
from sinosure.deadlines import services as deadlines
from sinosure.deadlines.models import Deadline
from sinosure.documents import services as documents

_JUDGED_BY = ("policy__wording", "policyholder", "limit", "premium_notice")
_NOTHING = _("%(reasons)s Nothing may be lent on this invoice now.")
_FIELDS = {"OVER_TENOR": "matures_on", "DOCUMENT_REVIEW": "customs_value", "DUPLICATE_DOCUMENT": "customs_value"}


def verify(*, actor: Actor, shipment_id: int, ask: Ask, customs_value: Decimal | None = None) -> Verdict:
    """投保核验: the answer with every failed reason and what would pass. Nothing is reserved; the question is kept."""
    _refuse_others(actor)
    probing.refuse_too_many(actor)
    shipment = Shipment.objects.visible_to(actor).select_related(*_JUDGED_BY).get(pk=shipment_id)
    verdict = judge(_standing(actor, shipment, customs_value), ask)
    probing.record(actor, shipment, ask, verdict)
    return verdict


def approve(
    *, actor: Actor, shipment_id: int, principal: Decimal, matures_on: date, drawn_on: date | None = None,
    customs_value: Decimal | None = None, rate_pct: Decimal | None = None,
) -> Loan:  # fmt: skip
    """融资审核: reserve the amount and the invoice for three working days. A refusal is kept, and nothing is reserved.

    Without `rate_pct` the rate of the financing contract counts, if there is one.
    """
    _refuse_others(actor)
    refuse_odd_rate(rate_pct)
    probing.refuse_too_many(actor)
    day = drawn_on or clock.today()
    _check_request(principal, day, matures_on)
    with transaction.atomic():
        shipment = _locked_shipment(actor, shipment_id)
        _check_drawn(shipment, day)
        if drawn_on is not None:  # the money goes out with the approval
            _refuse_without_contract(_agreement(actor, shipment))
        verdict, loan = _reserve(actor, shipment, Ask(principal, day, matures_on), customs_value, rate_pct)
    if loan is None:
        raise _kept(actor, shipment, Ask(principal, day, matures_on), verdict)
    return loan


def _kept(actor: Actor, shipment: Shipment, ask: Ask, verdict: Verdict) -> DomainError:
    """The refusal with its question in the trail, also where it undoes the transaction around it."""
    written = probing.record(actor, shipment, ask, verdict)

    def again() -> None:
        if not Check.objects.filter(pk=written.pk).exists():
            probing.record(actor, shipment, ask, verdict)

    error = refusal(verdict)
    error.outlives = again
    return error


def _refuse_others(actor: Actor) -> None:
    if not (actor.is_bank and actor.can("financing.lend")):
        raise NotAllowed()


def _bank_id(actor: Actor) -> int:
    if actor.organisation_id is None:
        raise NotAllowed()
    return actor.organisation_id


def _standing(actor: Actor, shipment: Shipment, customs_value: Decimal | None) -> Standing:
    return facts.standing(shipment, _bank_id(actor), customs_value, actor.branch_id)


def _agreement(actor: Actor, shipment: Shipment) -> Agreement | None:
    found = facts.agreement_of(shipment, _bank_id(actor))
    return found if found is not None and found.is_with(actor) else None


def _check_request(principal: Decimal, drawn_on: date, matures_on: date) -> None:
    if not principal > 0:
        raise DomainError("must_be_positive", _("The amount must be above 0."), field="principal")
    if matures_on < drawn_on:
        message = _("The loan cannot mature before it is drawn.")
        raise DomainError("matures_before_drawn", message, field="matures_on")


def _check_drawn(shipment: Shipment, drawn_on: date) -> None:
    if drawn_on > clock.today():
        raise DomainError("date_in_future", _("The day cannot lie in the future."), field="drawn_on")
    if drawn_on < shipment.shipped_on:
        raise DomainError("before_shipment", _("The loan cannot be drawn before the shipment."), field="drawn_on")


def refusal(verdict: Verdict) -> DomainError:
    """A verdict as the error that pages and API explain: all reasons, and the most that would pass."""
    code, message = verdict.code, _NOTHING
    named: dict[str, Any] = {"reasons": _in_words(verdict.failed), "failed": ",".join(verdict.failed)}
    if verdict.headroom.amount or code.startswith("OVER_"):
        message = _("%(reasons)s At most %(most)s may be lent, until %(latest)s.")
        named |= {"most": verdict.headroom, "latest": verdict.latest}
    status = 409 if code in ("DUPLICATE_OTHER_BANK", "OTHER_BRANCH", "DUPLICATE_DOCUMENT", "NOT_INSURED") else 422
    return DomainError(code.lower(), message, field=_FIELDS.get(code, "principal"), status=status, **named)


def _in_words(failed: Sequence[str]) -> str:
    return " ".join(str(REASONS[reason]) for reason in failed)


def _locked_shipment(actor: Actor, shipment_id: int) -> Shipment:
    """Policy, then limit, then line: the locking order of all that draws on a policy."""
    policy_id, limit_id = Shipment.objects.visible_to(actor).values_list("policy_id", "limit_id").get(pk=shipment_id)
    locked_policy(SYSTEM, policy_id)
    if limit_id is not None:
        CreditLimit.objects.select_for_update(of=("self",)).get(pk=limit_id)
    rows = Shipment.objects.visible_to(actor).select_for_update(of=("self",))
    row: Shipment = rows.select_related(*_JUDGED_BY, "obligor").get(pk=shipment_id)
    return row


def _reserve(
    actor: Actor, shipment: Shipment, ask: Ask, customs_value: Decimal | None, rate_pct: Decimal | None
) -> tuple[Verdict, Loan | None]:  # fmt: skip
    """The judgement, and the loan if it passes. The unique keys decide between banks that ask at the same moment."""
    verdict = judge(_standing(actor, shipment, customs_value), ask)
    agreement = _agreement(actor, shipment)
    if not verdict.passes or agreement is None:
        return verdict, None
    financed = _hold(shipment, agreement, customs_value)
    if financed is None:
        return judge(_standing(actor, shipment, customs_value), ask), None
    loan = _approved(agreement, shipment, financed, ask, rate_pct)
    audit.record(actor, "loan.approved", loan, detail={"principal": ask.principal, "shipment": shipment.declaration_no})
    probing.record(actor, shipment, ask, verdict)
    book.record_loan(actor, Fact.RESERVED, loan, ask.principal)
    return verdict, loan


def _hold(shipment: Shipment, agreement: Agreement, customs_value: Decimal | None) -> FinancedInvoice | None:
    """Take hold of the invoice, or keep hold; None when another bank was faster."""
    row = FinancedInvoice(
        key_hash=facts.key_of(shipment), line_root=facts.root_of(shipment), holder_id=agreement.bank_id,
        policyholder_id=shipment.policyholder_id, amount=shipment.amount, currency=shipment.currency,
        customs_value=customs_value, held_at=clock.now(), **facts.document_hashes(shipment),
    )  # fmt: skip
    FinancedInvoice.objects.bulk_create([row], ignore_conflicts=True)  # waits for a rival's commit
    holders = list(facts.held(shipment).select_for_update(of=("self",)).order_by("id"))
    own = [one for one in holders if one.holder_id == agreement.bank_id]
    return own[0] if own and len(own) == len(holders) else None


def _approved(
    agreement: Agreement, shipment: Shipment, financed: FinancedInvoice, ask: Ask, rate_pct: Decimal | None
) -> Loan:
    window = reservation_window()
    loan = Loan.objects.create(
        number=documents.next_number(f"LOAN-{clock.today().year}"), agreement=agreement, bank_id=agreement.bank_id,
        branch_id=agreement.branch_id, policyholder_id=shipment.policyholder_id, shipment=shipment,
        invoice_key=shipment.invoice_key, financed=financed, principal=ask.principal, currency=shipment.currency, matures_on=ask.matures_on,
        rate_pct=agreement.rate_pct if rate_pct is None else rate_pct, reserved_until=window.legal_due,
    )  # fmt: skip
    arm_reservation(SYSTEM, loan, window)
    return loan


@transaction.atomic
def draw(*, actor: Actor, loan_id: int, drawn_on: date) -> Loan:
    """放款登记: the money went out. Cover is asked once more; an agreement that ended since pays nobody."""
    loan = _locked_with_shipment(actor, loan_id)
    LOAN.check("draw", loan, actor)
    _check_drawn(loan.shipment, drawn_on)
    _check_request(loan.principal, drawn_on, loan.matures_on)
    _refuse_without_contract(loan.agreement)
    _refuse_uncovered(loan)
    loan.state, loan.drawn_on = LoanState.DISBURSED, drawn_on
    loan.save(update_fields=["state", "drawn_on"])
    deadlines.meet(actor=actor, kind=RESERVATION, subject=loan)
    audit.record(
        actor, "loan.drawn", loan, detail={"principal": loan.principal, "shipment": loan.shipment.declaration_no}
    )
    book.record_loan(actor, Fact.DRAWN, loan, loan.principal)
    messages.tell_exporter(actor, "loan.drawn", loan, amount=Money(loan.principal, loan.currency))
    return loan


def _refuse_without_contract(agreement: Agreement | None) -> None:
    """The flow's gate: step 4 before step 7 (Rulebook §8.3)."""
    if agreement is not None and agreement.contract_on is None:
        message = _("Record the financing contract with the exporter on agreement %(number)s first.")
        raise DomainError("no_financing_contract", message, field="drawn_on", status=409, number=agreement.number)


def _refuse_uncovered(loan: Loan) -> None:
    failed = facts.uninsured(loan.shipment, loan.bank_id)
    if loan.agreement.state not in IN_FORCE and "NO_AGREEMENT" not in failed:
        failed = ["NO_AGREEMENT", *failed]
    if failed:
        raise DomainError("not_insured", _NOTHING, field="drawn_on", status=409, reasons=_in_words(failed))


def _locked_with_shipment(actor: Actor, loan_id: int) -> Loan:
    """The loan with policy, limit and line locked before it."""
    shipment_id = Loan.objects.visible_to(actor).values_list("shipment_id", flat=True).get(pk=loan_id)
    shipment = _locked_shipment(SYSTEM, shipment_id)
    loan = locked_loan(actor, loan_id)
    loan.shipment = shipment
    return loan


def lend(
    *, actor: Actor, shipment_id: int, principal: Decimal, drawn_on: date, matures_on: date,
    customs_value: Decimal | None = None, rate_pct: Decimal | None = None,
) -> Loan:  # fmt: skip
    """Approve and draw one after the other, where the money went out already."""
    loan = approve(
        actor=actor, shipment_id=shipment_id, principal=principal, matures_on=matures_on, drawn_on=drawn_on,
        customs_value=customs_value, rate_pct=rate_pct,
    )  # fmt: skip
    return draw(actor=actor, loan_id=loan.pk, drawn_on=drawn_on)


@transaction.atomic
def give_up(*, actor: Actor, loan_id: int, reason: str) -> Loan:
    """The bank does not lend after all: the invoice is free again."""
    loan = _locked_with_shipment(actor, loan_id)
    LOAN.check("give_up", loan, actor)
    if not reason.strip():
        raise DomainError("required", _("Give the reason."), field="text")
    _lapse(actor, loan, reason.strip()[:500])
    deadlines.cancel(actor=actor, kind=RESERVATION, subject=loan)
    return loan


def lapse_reservations(rows: Sequence[Deadline]) -> None:
    """RESERVATION has passed without drawdown. Rows that were drawn meanwhile are left alone."""
    for deadline in rows:
        loan = _locked_with_shipment(SYSTEM, deadline.subject_id)
        if loan.state == LoanState.APPROVED:
            _lapse(SYSTEM, loan, "")
            messages.tell_bank(SYSTEM, "loan.lapsed", loan)


def _lapse(actor: Actor, loan: Loan, reason: str) -> None:
    loan.state, loan.remark = LoanState.LAPSED, reason
    loan.save(update_fields=["state", "remark"])
    book.record_loan(actor, Fact.RELEASED, loan, loan.principal)
    let_go(actor, loan)
    audit.record(actor, "loan.lapsed", loan, detail={"reason": reason})


def let_go(actor: Actor, loan: Loan) -> None:
    """With its last active loan the invoice is free for any bank."""
    if Loan.objects.filter(financed=loan.financed_id, state__in=ACTIVE_LOAN).exists():
        return
    freed = FinancedInvoice.objects.filter(pk=loan.financed_id, released_at=None)
    if freed.update(released_at=clock.now()):
        book.record_loan(actor, Fact.HOLD_FREED, loan, loan.principal)


def ceiling_of(shipment: Shipment) -> Ceiling:
    """What may be lent on the invoice by itself (3a), before other loans and ceilings."""
    return ceiling(shipment.amount, shipment.amount - shipment.open_amount, shipment.currency)
