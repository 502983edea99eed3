"""DRAWDOWN: a loan of the book on a registered invoice, under a line that both have signed (Rulebook §8.5, §8.6).

Nothing is lent beside the book: duplicates, ceilings and holds are those of every other loan.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from credit_info import services as obligors
from declarations import services as declarations
from declarations.line import Line
from declarations.models import Shipment
from financing import services as financing
from financing.microloan import selectors
from financing.microloan.lifecycle import CREDIT_LINE
from financing.microloan.messages import tell
from financing.microloan.moving import locked_line
from financing.microloan.services import refuse_unauthorised
from financing.models import IN_FORCE, CreditLine, CreditState, Drawdown, Loan
from financing.schemes import entry
from financing.verification import AFTER_DUE, Ask, Verdict, rounded_down
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.money import Money, round_money
from sinosure.reference.services import fx

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Invoice:
    """An invoice that is registered when money is asked for on it."""

    buyer: str
    country: str
    invoice_no: str
    amount: Decimal
    currency: str
    shipped_on: date
    due_on: date
    transport_no: str = ""
    confirmed_new: bool = False


@transaction.atomic
def register_invoice(*, actor: Actor, line_id: int, invoice: Invoice) -> Shipment:
    """Nothing is declared under a micro policy: the invoice is registered at loan time, with its buyer."""
    line = locked_line(actor, line_id)
    CREDIT_LINE.check("draw", line, actor)
    debtor = obligors.buyer_named(
        actor=actor, name=invoice.buyer, country=invoice.country, confirmed_new=invoice.confirmed_new
    )
    return declarations.register_receivable(actor=actor, policy_id=line.policy_id, line=Line(
        obligor_id=debtor.pk, term="OA", credit_days=max(0, (invoice.due_on - invoice.shipped_on).days),
        invoice_no=invoice.invoice_no, shipped_on=invoice.shipped_on, due_on=invoice.due_on, amount=invoice.amount,
        currency=invoice.currency, destination=debtor.country_id, transport_no=invoice.transport_no,
    ))  # fmt: skip


def latest(line: CreditLine, shipment: Shipment) -> date:
    """The last day on which a drawdown of today may mature."""
    return min(clock.today() + timedelta(days=line.tenor_days), shipment.due_on + AFTER_DUE)


def room(line: CreditLine, currency: str) -> Decimal:
    """What is left of the line in the currency of an invoice, at today's rate, rounded down."""
    return rounded_down(selectors.use_of(line).left * fx(currency, line.currency, clock.today()), currency)


def verify(*, actor: Actor, line: CreditLine, shipment_id: int, principal: Decimal, matures_on: date) -> Verdict:
    """§8.5 on one invoice; the question is kept."""
    ask = Ask(principal, clock.today(), matures_on)
    return financing.verify(actor=selectors.bank_desk(line, actor), shipment_id=shipment_id, ask=ask)


@transaction.atomic
def draw(
    *, actor: Actor, line_id: int, shipment_id: int, principal: Decimal, matures_on: date | None = None,
    currency: str = "",
) -> Loan:  # fmt: skip
    """Money on one invoice, at once. Raises `line_over`, `no_data_authorisation`, `assignment_unsigned`, `above_line`, §8.5."""
    line = locked_line(actor, line_id)
    CREDIT_LINE.check("draw", line, actor)
    _refuse_not_ready(line)
    shipment = Shipment.objects.held_by(actor).filter(pk=shipment_id, policy=line.policy_id).first()
    if shipment is None:
        message = _("Choose an invoice that is registered under policy %(policy)s.")
        raise DomainError("unknown_invoice", message, field="shipment", policy=line.policy)
    if currency and currency != shipment.currency:
        message = _("The amount is in %(currency)s here.")
        raise DomainError("other_currency", message, field="currency", currency=shipment.currency)
    day = matures_on or latest(line, shipment)
    _check_days(line, day)
    _check_room(line, shipment, principal)
    desk = selectors.bank_desk(line, actor)
    _record_contract(line, desk)
    loan = financing.lend(
        actor=desk, shipment_id=shipment.pk, principal=principal, drawn_on=clock.today(), matures_on=day,
        rate_pct=line.rate_pct,
    )  # fmt: skip
    _write(actor, line, loan)
    return loan


def _refuse_not_ready(line: CreditLine) -> None:
    if line.shown_state == CreditState.OVER:
        message = _("The line ended on %(day)s. Apply for the next one: nothing has to be typed anew.")
        raise DomainError("line_over", message, status=409, day=line.ends_on)
    refuse_unauthorised(line)
    entry.refuse_stopped(line.product)
    if line.agreement is None or line.agreement.state not in IN_FORCE:
        message = _("The insurer has not signed the assignment yet, or it has ended. See the agreement.")
        raise DomainError("assignment_unsigned", message, status=409)


def _check_days(line: CreditLine, matures_on: date) -> None:
    last = clock.today() + timedelta(days=line.tenor_days)
    if matures_on > last:
        message = _("A drawdown runs for at most %(days)s days: until %(day)s.")
        raise DomainError("tenor_too_long", message, field="matures_on", days=line.tenor_days, day=last)


def _check_room(line: CreditLine, shipment: Shipment, principal: Decimal) -> None:
    left = room(line, shipment.currency)
    if principal > left:
        message = _("Only %(left)s of the line is left.")
        raise DomainError("above_line", message, field="principal", left=Money(left, shipment.currency))


def _record_contract(line: CreditLine, desk: Actor) -> None:
    """The signed line is the financing contract that the flow asks for before money goes out."""
    agreement = line.agreement
    if agreement is not None and agreement.contract_on is None and line.bank_signed_at is not None:
        financing.record_contract(
            actor=desk, agreement_id=agreement.pk, contract_no=line.number,
            contract_on=clock.business_date(line.bank_signed_at),
        )  # fmt: skip


def _write(actor: Actor, line: CreditLine, loan: Loan) -> None:
    rate = fx(loan.currency, line.currency, clock.today())
    amount = round_money(loan.principal / rate, line.currency)
    amount = min(amount, selectors.use_of(line).left)  # rounded up by less than a cent of the line
    Drawdown.objects.create(line=line, loan=loan, amount=amount, fx=rate, rate_pct=line.rate_pct)
    audit.record(
        actor, "credit_line.draw", line, detail={"loan": loan.number, "principal": loan.principal, "amount": amount}
    )
    tell(actor, "credit.drawn", line, line.bank_id, drawn=Money(loan.principal, loan.currency))


def suggested(line: CreditLine, shipment: Shipment, verdict: Verdict) -> Decimal:
    """What the page fills in: all that the invoice bears, within the line."""
    return min(verdict.headroom.amount, room(line, shipment.currency))
