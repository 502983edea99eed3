"""A bank lends on a declared, covered shipment under its agreement, and books what comes back (Rulebook §8.5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from declarations.models import LineState, Shipment
from financing import messages
from financing.ceiling import Ceiling, ceiling
from financing.lifecycle import LOAN, OPEN_LOAN
from financing.models import Agreement, AgreementState, Loan, LoanState, Repayment
from financing.moving import locked_loan
from policies.moving import locked_policy
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.core.money import Money
from sinosure.documents import services as documents


@transaction.atomic
def lend(*, actor: Actor, shipment_id: int, principal: Decimal, drawn_on: date, matures_on: date) -> Loan:
    """Register a loan. Raises DomainError when the shipment does not bear it, or not so much."""
    if not (actor.is_bank and actor.can("financing.lend")):
        raise NotAllowed()
    shipment = _locked_shipment(actor, shipment_id)
    agreement = check_financeable(actor, shipment)
    _check_dates(shipment, drawn_on, matures_on)
    _check_amount(shipment, principal)
    loan = Loan.objects.create(
        number=documents.next_number(f"LOAN-{clock.today().year}"), agreement=agreement, bank_id=agreement.bank_id,
        policyholder_id=shipment.policyholder_id, shipment=shipment, invoice_key=shipment.invoice_key,
        principal=principal, currency=shipment.currency, drawn_on=drawn_on, matures_on=matures_on,
    )  # fmt: skip
    audit.record(actor, "loan.drawn", loan, detail={"principal": principal, "shipment": shipment.declaration_no})
    messages.tell_exporter(actor, "loan.drawn", loan, amount=Money(principal, loan.currency))
    return loan


def _locked_shipment(actor: Actor, shipment_id: int) -> Shipment:
    """Policy first, then the line: the locking order of all that draws on a policy."""
    policy_id = Shipment.objects.visible_to(actor).values_list("policy_id", flat=True).get(pk=shipment_id)
    locked_policy(SYSTEM, policy_id)
    rows = Shipment.objects.visible_to(actor).select_for_update(of=("self",))
    row: Shipment = rows.select_related("policy", "policyholder", "obligor").get(pk=shipment_id)
    return row


def check_financeable(actor: Actor, shipment: Shipment) -> Agreement:
    """The agreement that the loan stands under. Raises DomainError with the reason when there can be no loan."""
    agreement = _agreement(actor, shipment)
    if shipment.state != LineState.BOOKED:
        raise DomainError("not_declared", _("The shipment is not declared and booked. No loan can stand on it."))
    if not shipment.open_amount:
        raise DomainError("already_paid", _("The buyer has paid this invoice. Nothing is left to finance."))
    if not shipment.covered:
        raise DomainError("not_covered", _("The shipment is not covered by a credit limit. No loan can stand on it."))
    if Loan.objects.filter(
        policyholder=shipment.policyholder_id, invoice_key=shipment.invoice_key, state__in=OPEN_LOAN
    ).exists():
        raise DomainError("invoice_financed", _("A loan already stands on this invoice."), status=409)
    return agreement


def _agreement(actor: Actor, shipment: Shipment) -> Agreement:
    rows = Agreement.objects.filter(policy=shipment.policy_id, bank=actor.organisation_id, state=AgreementState.ACTIVE)
    agreement = rows.select_related("bank", "policyholder", "policy").first()
    if agreement is None:
        message = _("No assignment agreement with your bank is in force under this policy.")
        raise DomainError("no_agreement", message, status=409)
    if agreement.active_from is None or shipment.shipped_on < agreement.active_from:
        message = _(
            "The goods left before the agreement took effect on %(day)s: the indemnity would go to the exporter."
        )
        raise DomainError("shipped_before_agreement", message, day=agreement.active_from)
    return agreement


def _check_dates(shipment: Shipment, drawn_on: date, matures_on: date) -> None:
    if drawn_on > clock.today():
        raise DomainError("date_in_future", _("The day cannot lie in the future."), field="drawn_on")
    if drawn_on < shipment.shipped_on:
        raise DomainError("before_shipment", _("The loan cannot be drawn before the shipment."), field="drawn_on")
    if matures_on < drawn_on:
        message = _("The loan cannot mature before it is drawn.")
        raise DomainError("matures_before_drawn", message, field="matures_on")


def ceiling_of(shipment: Shipment) -> Ceiling:
    """What may be lent on the shipment today."""
    return ceiling(shipment.amount, shipment.amount - shipment.open_amount, shipment.currency)


def _check_amount(shipment: Shipment, principal: Decimal) -> None:
    if not principal > 0:
        raise DomainError("must_be_positive", _("The amount must be above 0."), field="principal")
    most = ceiling_of(shipment).amount
    if principal > most:
        message = _("At most %(most)s may be lent: 90 %% of the invoice less what was received.")
        raise DomainError("over_invoice", message, field="principal", most=Money(most, shipment.currency))


@transaction.atomic
def repay(*, actor: Actor, loan_id: int, amount: Decimal, paid_on: date, reference: str) -> Loan:
    """Book money received on a loan, in part or in full."""
    loan = locked_loan(actor, loan_id)
    LOAN.check("repay", loan, actor)
    _check_repayment(loan, amount, paid_on, reference)
    Repayment.objects.create(
        loan=loan, amount=amount, paid_on=paid_on, reference=reference, recorded_by_id=actor.user_id,
        recorded_at=clock.now(),
    )  # fmt: skip
    loan.repaid += amount
    loan.state = LoanState.PARTLY_REPAID if loan.outstanding else LoanState.REPAID
    loan.save(update_fields=["repaid", "state"])
    audit.record(actor, "loan.repaid", loan, detail={"amount": amount, "left": loan.outstanding})
    if loan.state == LoanState.REPAID:
        messages.tell_exporter(actor, "loan.repaid", loan)
    return loan


def _check_repayment(loan: Loan, amount: Decimal, paid_on: date, reference: str) -> None:
    if not amount > 0:
        raise DomainError("must_be_positive", _("The amount must be above 0."), field="amount")
    if amount > loan.outstanding:
        message = _("Only %(left)s is still open on this loan.")
        raise DomainError("over_repaid", message, field="amount", left=Money(loan.outstanding, loan.currency))
    if not loan.drawn_on <= paid_on <= clock.today():
        message = _("The day lies between the drawing of the loan and today.")
        raise DomainError("date_out_of_range", message, field="paid_on")
    if loan.repayments.filter(reference=reference).exists():
        message = _("A repayment with this reference is booked already.")
        raise DomainError("already_booked", message, field="reference", status=409)
