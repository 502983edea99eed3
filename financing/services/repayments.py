"""还款登记: book what came back on a loan, principal and interest as the bank states them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from financing import accruing, book, messages
from financing.lifecycle import LOAN
from financing.models import Fact, Loan, LoanState, Repayment
from financing.moving import locked_loan
from financing.services.loans import let_go
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.money import Money

ZERO = Decimal(0)


@transaction.atomic
def repay(
    *, actor: Actor, loan_id: int, amount: Decimal, paid_on: date, reference: str, interest: Decimal = ZERO
) -> Loan:
    """Money received on a loan: `amount` of principal, in part or in full, and `interest`. One of them may be 0."""
    loan = locked_loan(actor, loan_id)
    LOAN.check("repay", loan, actor)
    _check(loan, amount, interest, paid_on, reference)
    Repayment.objects.create(
        loan=loan, amount=amount, interest=interest, paid_on=paid_on, reference=reference,
        recorded_by_id=actor.user_id, recorded_at=clock.now(),
    )  # fmt: skip
    loan.repaid += amount
    loan.interest_paid += interest
    if amount:
        loan.state = LoanState.PARTLY_REPAID if loan.outstanding else LoanState.REPAID
    loan.save(update_fields=["repaid", "interest_paid", "state"])
    _write(actor, loan, amount, interest)
    if loan.state == LoanState.REPAID:
        let_go(actor, loan)
        messages.tell_exporter(actor, "loan.repaid", loan)
    return loan


def _write(actor: Actor, loan: Loan, amount: Decimal, interest: Decimal) -> None:
    for fact, money in ((Fact.REPAID, amount), (Fact.INTEREST, interest)):
        if money:
            book.record_loan(actor, fact, loan, money)
    detail = {"amount": amount, "interest": interest, "left": loan.outstanding}
    audit.record(actor, "loan.repaid", loan, detail=detail)


def _check(loan: Loan, amount: Decimal, interest: Decimal, paid_on: date, reference: str) -> None:
    if amount < 0 or interest < 0 or not amount + interest > 0:
        raise DomainError("must_be_positive", _("The amount must be above 0."), field="amount")
    if amount > loan.outstanding:
        message = _("Only %(left)s is still open on this loan.")
        raise DomainError("over_repaid", message, field="amount", left=Money(loan.outstanding, loan.currency))
    if loan.drawn_on is None or not loan.drawn_on <= paid_on <= clock.today():
        message = _("The day lies between the drawing of the loan and today.")
        raise DomainError("date_out_of_range", message, field="paid_on")
    if loan.repayments.filter(reference=reference).exists():
        message = _("A repayment with this reference is booked already.")
        raise DomainError("already_booked", message, field="reference", status=409)
    if interest:
        _check_interest(loan, interest, paid_on)


def _check_interest(loan: Loan, interest: Decimal, paid_on: date) -> None:
    """No more than has accrued by that day: a figure in the wrong field is found here."""
    accrual = accruing.of_loan(loan, loan.repayments.all(), paid_on)
    if accrual is None:
        message = _("No rate was agreed for this loan. Book principal only.")
        raise DomainError("no_rate", message, field="interest")
    if interest > accrual.due:
        message = _("Only %(left)s of interest has accrued by that day and is not paid yet.")
        raise DomainError("over_interest", message, field="interest", left=Money(accrual.due, loan.currency))
