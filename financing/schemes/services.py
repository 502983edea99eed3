"""A loan of a scheme that is not repaid: reported by the bank, compensated in order, booked (Rulebook §8.7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from financing import services as financing
from financing.microloan.selectors import bank_desk
from financing.models import Drawdown, Loan
from financing.models.loans import DRAWN_LOAN
from financing.moving import locked_loan
from financing.schemes import fund
from financing.schemes.compensation import Loss, Parts, Shares, compensate
from financing.schemes.entry import scheme_product, terms_of
from financing.schemes.lifecycle import CASE
from financing.schemes.messages import tell
from financing.schemes.models import Backing, CaseState, RegionalScheme, SchemeCase, SchemeTerms
from financing.verification import rounded_down
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.core.money import round_money
from sinosure.documents.services import next_number
from sinosure.reference.services import fx

ZERO = Decimal(0)


@dataclass(frozen=True)
class Indemnity:
    """What the insurer paid on an invoice, in the currency of the claim; `is_final` once paid or refused."""

    paid: Decimal = ZERO
    currency: str = "USD"
    is_final: bool = False


_indemnity: list[Callable[[int], Indemnity]] = []


def register_indemnity(find: Callable[[int], Indemnity]) -> None:
    """The app of claims stands above: it hands in what was paid on a shipment."""
    _indemnity[:] = [find]


def indemnity_of(loan: Loan) -> Indemnity:
    return _indemnity[0](loan.shipment_id) if _indemnity else Indemnity()


@transaction.atomic
def report(*, actor: Actor, loan_id: int) -> SchemeCase:
    """The bank reports a loan that is overdue. Raises `not_of_scheme`, `not_overdue`, `already_reported`."""
    if not (actor.is_bank and actor.can("schemes.report")):
        raise NotAllowed()
    loan = locked_loan(actor, loan_id)
    drawdown = Drawdown.objects.select_related("line__product").filter(loan=loan).first()
    found = scheme_product(drawdown.line.product) if drawdown else None
    if found is None:
        raise DomainError("not_of_scheme", _("This loan was not lent under a regional scheme."), status=409)
    _refuse_not_lost(loan)
    scheme, terms = fund.locked_scheme(found.scheme_id), terms_of(found.scheme)
    rate = fx(loan.currency, scheme.currency, clock.today())
    case = SchemeCase.objects.create(
        number=next_number(f"SC-{clock.today().year}"), scheme=scheme, terms=terms, loan=loan, bank_id=loan.bank_id,
        policyholder_id=loan.policyholder_id, backing=found.backing, currency=loan.currency, loss=loan.outstanding,
        fund_expected=round_money(loan.outstanding * terms.fund_ratio / rate, scheme.currency),
        reported_by_id=actor.user_id, reported_at=clock.now(),
    )  # fmt: skip
    audit.record(actor, "scheme.case_reported", case, detail={"loan": loan.number, "loss": case.loss})
    tell(actor, "scheme.reported", case, scheme.finance_id)
    return case


def _refuse_not_lost(loan: Loan) -> None:
    if loan.state not in DRAWN_LOAN or loan.matures_on >= clock.today():
        message = _("Only a loan that is overdue is reported. This one matures on %(day)s.")
        raise DomainError("not_overdue", message, status=409, day=loan.matures_on)
    if SchemeCase.objects.filter(loan=loan).exists():
        raise DomainError("already_reported", _("This loan is reported already."), status=409)


def preview(case: SchemeCase, scheme: RegionalScheme) -> Parts:
    """Who would bear what today."""
    loan, terms = case.loan, case.terms
    found, today = indemnity_of(loan), clock.today()
    paid = rounded_down(found.paid * fx(loan.currency, found.currency, today), loan.currency)
    left = rounded_down(scheme.fund_balance * fx(loan.currency, scheme.currency, today), loan.currency)
    since = _received_since(case)
    loss = Loss(case.loss, max(paid, since), left, case.backing == Backing.GUARANTEE, case.currency)
    return compensate(loss, _shares(terms))


def _shares(terms: SchemeTerms) -> Shares:
    return Shares(terms.bank_ratio, terms.guarantor_ratio, terms.fund_ratio)


def _received_since(case: SchemeCase) -> Decimal:
    """What the bank booked since its report: the indemnity, as a rule."""
    rows = case.loan.repayments.filter(recorded_at__gt=case.reported_at)
    return rows.aggregate(total=Sum("amount"))["total"] or ZERO


def locked_case(actor: Actor, case_id: int) -> tuple[RegionalScheme, SchemeCase]:
    """Loan, then scheme, then case: the locking order. SchemeCase.DoesNotExist for what the actor may not see."""
    schemes = RegionalScheme.objects.visible_to(actor)
    scheme_id, loan_id = (
        SchemeCase.objects.filter(scheme__in=schemes).values_list("scheme_id", "loan_id").get(pk=case_id)
    )
    locked_loan(SYSTEM, loan_id)
    scheme = fund.locked_scheme(scheme_id)
    rows = SchemeCase.objects.select_for_update(of=("self",)).select_related("loan__shipment", "terms", "bank")
    return scheme, rows.get(pk=case_id)


@transaction.atomic
def settle(*, actor: Actor, case_id: int) -> SchemeCase:
    """The finance bureau pays what the order leaves to its fund; guarantee and fund are booked on the loan."""
    scheme, case = locked_case(actor, case_id)
    fund.refuse_others(actor, scheme)
    CASE.check("settle", case, actor)
    if not indemnity_of(case.loan).is_final:
        message = _("The indemnity comes first: file the claim and wait until the insurer has paid or refused it.")
        raise DomainError("indemnity_first", message, status=409)
    parts = preview(case, scheme)
    _write(case, scheme, parts, actor)
    fund.pay(actor, scheme, case, case.fund_paid)
    _repay(actor, case, parts)
    audit.record(actor, "scheme.case_settled", case, detail={
        "indemnity": parts.indemnity, "guarantee": parts.guarantee, "fund": parts.fund, "bank": parts.bank})  # fmt: skip
    tell(actor, "scheme.settled", case, case.bank_id)
    return case


def _write(case: SchemeCase, scheme: RegionalScheme, parts: Parts, actor: Actor) -> None:
    rate = fx(case.currency, scheme.currency, clock.today())
    paid = min(scheme.fund_balance, round_money(parts.fund / rate, scheme.currency))
    changes: dict[str, Any] = {
        "state": CaseState.SETTLED, "indemnity": parts.indemnity, "guarantee": parts.guarantee, "fund": parts.fund,
        "bank_part": parts.bank, "fund_paid": paid, "working": [step.as_stored() for step in parts.steps],
        "settled_by_id": actor.user_id, "settled_at": clock.now(),
    }  # fmt: skip
    for name, value in changes.items():
        setattr(case, name, value)
    case.save(update_fields=list(changes))


def _repay(actor: Actor, case: SchemeCase, parts: Parts) -> None:
    """What came in by this case goes onto the loan; the bank's own part stays open against the exporter."""
    desk = bank_desk(case.loan.drawdown.line, actor)
    unbooked = max(ZERO, parts.indemnity - _received_since(case))
    for name, amount in (("INDEMNITY", unbooked), ("GUARANTEE", parts.guarantee), ("FUND", parts.fund)):
        if amount:
            financing.repay(
                actor=desk,
                loan_id=case.loan_id,
                amount=amount,
                paid_on=clock.today(),
                reference=f"{case.number} {name}",
            )
