"""Pay what was decided: prepared by finance, approved by a second person, sent, confirmed (CLM-8, FIN-1).

The payee comes from the agreement in force at each shipment date and is never typed. Adjuster ≠ approver ≠ payer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims import clocks, messages, subrogation
from claims.decision import check_not_moved, standing_opinion
from claims.gate import all_verified
from claims.lifecycle import PAYMENT
from claims.models import Claim, ClaimState, Opinion, OpinionKind, Payment, PaymentState
from claims.moving import hold_liability, locked_claim, move_claim, move_row, write
from claims.production.debt import debt_of
from declarations.models import Shipment
from financing.payees import Payee, payee_now, payees_for
from policies import services as policies
from policies.micro.caps import draw_buyer_cap, release_buyer_cap
from sinosure.accounts.actor import Actor
from sinosure.accounts.roles import Role
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed, WrongState
from sinosure.core.money import Money, round_money, split_pro_rata
from sinosure.deadlines import services as deadlines
from sinosure.documents.services import next_number
from sinosure.ledger import services as ledger
from sinosure.ledger.models import Account, Journal

DEAD = (PaymentState.RETURNED, PaymentState.CANCELLED)
THREE_PEOPLE = _("You adjusted or decided this claim. Another person must pay it.")


@dataclass(frozen=True)
class Part:
    """What one payee gets, and for which invoices."""

    payee: Payee
    amount: Decimal
    invoices: tuple[str, ...]


def parts_of(claim: Claim, opinion: Opinion) -> list[Part]:
    """Who is paid how much: each shipment's part of the covered loss goes to its payee at shipment date (FIN-1)."""
    lines = [line for line in _covered_lines(opinion) if Decimal(line["covered"])]
    payees = payees_for(_debts(claim, lines))
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for line in lines:
        payee = payees[_debt_id(claim, line)]
        groups.setdefault((payee.organisation_id, payee.account_no), []).append(line)
    weights = [sum((Decimal(line["covered"]) for line in group), Decimal(0)) for group in groups.values()]
    amounts = split_pro_rata(opinion.amount, weights, claim.currency)
    return [
        Part(payees[_debt_id(claim, group[-1])], amount, tuple(line["invoice"] for line in group))
        for group, amount in zip(groups.values(), amounts, strict=True)
        if amount
    ]


def _debt_id(claim: Claim, line: dict[str, Any]) -> int:
    return int(line["shipment"] or claim.production_id or 0)


def _debts(claim: Claim, lines: list[dict[str, Any]]) -> list[Any]:
    """The shipments paid for, or the contract whose goods were not shipped."""
    if claim.production is not None:
        return [debt_of(claim.production)]
    rows = Shipment.objects.select_related("obligor", "policyholder")
    return list(rows.filter(pk__in=[line["shipment"] for line in lines]))


def _covered_lines(opinion: Opinion) -> list[dict[str, Any]]:
    return opinion.worksheet.result["lines"] if opinion.worksheet else []


@transaction.atomic
def prepare(*, actor: Actor, claim_id: int) -> list[Payment]:
    """One payment per payee of the opinion. A second live one is refused."""
    claim = locked_claim(actor, claim_id)
    if not actor.can("payments.prepare"):
        raise NotAllowed()
    if claim.state != ClaimState.DOCS_VERIFIED:
        raise WrongState("prepare", str(claim.get_state_display()))
    opinion = _payable_opinion(actor, claim)
    if not all_verified(opinion):
        raise DomainError("gate_closed", _("Four verified return documents are needed before payment."), status=409)
    parts = [part for part in parts_of(claim, opinion) if not _has_live(opinion, part)]
    if not parts:
        raise DomainError("payment_exists", _("A payment for this opinion is under way."), status=409)
    for part in parts:
        _refuse_cooling(part.payee)
    payments = [_create(actor, claim, opinion, part) for part in parts]
    messages.tell_insurer(actor, "claim.payment_prepared", claim, Role.FINANCE_OFFICER)
    return payments


def _payable_opinion(actor: Actor, claim: Claim) -> Opinion:
    opinion = standing_opinion(claim)
    _keep_three_people(actor, opinion)
    if opinion.worksheet is not None:
        check_not_moved(claim, opinion.worksheet)
    return opinion


def _keep_three_people(actor: Actor, opinion: Opinion) -> None:
    if actor.user_id in (opinion.proposed_by_id, opinion.decided_by_id):
        raise NotAllowed("three_people", THREE_PEOPLE)


def _has_live(opinion: Opinion, part: Part) -> bool:
    payee = part.payee
    rows = Payment.objects.filter(opinion=opinion, payee_id=payee.organisation_id, account_no=payee.account_no)
    return rows.exclude(state__in=DEAD).exists()


def _refuse_cooling(payee: Payee) -> None:
    """Nothing goes to a changed account before its cooling-off day is over."""
    if payee.is_cooling:
        message = _("The account of %(name)s was changed. Money may go to %(account)s from %(day)s on.")
        raise DomainError(
            "account_cooling_off", message, status=409,
            name=payee.account_name, account=payee.account_no, day=payee.account_from,
        )  # fmt: skip


def _refuse_old_account(payment: Payment) -> None:
    """The bank's account may have changed since the payment was prepared (P:assign: the wrong account is our loss)."""
    if payment.agreement is None:
        return
    payee = payee_now(payment.agreement)
    if payee.account_no != payment.account_no:
        message = _("The bank's account is now %(account)s. Cancel this payment and prepare it anew.")
        raise DomainError("account_changed", message, status=409, account=payee.account_no)
    _refuse_cooling(payee)


def _create(actor: Actor, claim: Claim, opinion: Opinion, part: Part) -> Payment:
    payee = part.payee
    payment = Payment.objects.create(
        number=next_number(f"PY-{clock.today():%Y}"), claim=claim, opinion=opinion,
        policyholder_id=claim.policyholder_id,
        payee_id=payee.organisation_id, agreement=payee.agreement, account_name=payee.account_name,
        account_bank=payee.account_bank, account_no=payee.account_no, amount=part.amount, currency=claim.currency,
        prepared_by_id=actor.user_id, prepared_at=clock.now(), remark=", ".join(part.invoices)[:300],
    )  # fmt: skip
    audit.record(actor, "claim_payment.prepare", payment, detail={"amount": str(part.amount), "claim": claim.number})
    return payment


def _locked(actor: Actor, payment_id: int, draws: bool = False) -> tuple[Claim, Payment]:
    """The policy's counter where it is drawn, the claim, then its payment: one locking order."""
    found = Payment.objects.visible_to(actor).values_list("claim_id", flat=True).get(pk=payment_id)
    if draws:
        hold_liability(actor, found)
    claim = locked_claim(actor, found)
    return claim, Payment.objects.select_for_update(of=("self",)).select_related("opinion__worksheet").get(
        pk=payment_id
    )


@transaction.atomic
def approve(*, actor: Actor, payment_id: int) -> Payment:
    """The second person of finance; also neither adjuster nor approver of the claim."""
    claim, payment = _locked(actor, payment_id)
    _payable_opinion(actor, claim)
    _refuse_old_account(payment)
    return move_row(PAYMENT, actor, payment, "approve", approved_by_id=actor.user_id, approved_at=clock.now())


@transaction.atomic
def send(*, actor: Actor, payment_id: int) -> Payment:
    """Out it goes: drawn on the policy's maximum liability, booked, and only then added to what the claim has paid."""
    claim, payment = _locked(actor, payment_id, draws=True)
    _payable_opinion(actor, claim)
    _refuse_old_account(payment)
    move_row(PAYMENT, actor, payment, "send", sent_at=clock.now())
    money = Money(payment.amount, payment.currency)
    policies.draw_liability(actor=actor, policy_id=claim.policy_id, amount=payment.amount)
    draw_buyer_cap(actor=actor, policy=claim.policy, obligor_id=claim.obligor_id, amount=_under_the_cap(payment))
    ledger.post(
        actor=actor, kind="indemnity.paid", subject=payment, policyholder_id=claim.policyholder_id,
        lines=ledger.transfer(Account.INDEMNITY_PAYABLE, Account.BANK, money), memo=payment.number,
    )  # fmt: skip
    write(claim, paid_total=claim.paid_total + payment.amount)
    return payment


def _under_the_cap(payment: Payment) -> Decimal:
    """The part that counts against the cap for one buyer: mitigation costs come on top of it (IND-12, IND-13)."""
    sheet = payment.opinion.worksheet
    if sheet is None or not sheet.mitigation_share or not sheet.indemnity_total:
        return payment.amount
    share = sheet.mitigation_share / sheet.indemnity_total
    return payment.amount - round_money(payment.amount * share, payment.currency)


@transaction.atomic
def confirm(*, actor: Actor, payment_id: int, confirmed_on: date, bank_reference: str) -> Payment:
    """The bank confirms. With the last payment of the opinion the claim is paid and the rights pass to the insurer."""
    claim, payment = _locked(actor, payment_id)
    if confirmed_on > clock.today():
        raise DomainError("date_in_future", _("The day cannot lie in the future."), field="confirmed_on")
    move_row(PAYMENT, actor, payment, "confirm", confirmed_on=confirmed_on, bank_reference=bank_reference)
    if _all_confirmed(payment.opinion):
        _paid(actor, claim, payment.opinion)
    return payment


def _all_confirmed(opinion: Opinion) -> bool:
    rows = Payment.objects.filter(opinion=opinion).exclude(state__in=DEAD)
    paid = sum(rows.filter(state=PaymentState.CONFIRMED).values_list("amount", flat=True), Decimal(0))
    return paid == opinion.amount


def _paid(actor: Actor, claim: Claim, opinion: Opinion) -> None:
    move_claim(actor, claim, "pay", detail={"opinion": opinion.kind, "amount": str(opinion.amount)})
    deadlines.meet(actor=actor, kind=clocks.PAYMENT, subject=claim)
    subrogation.assign(actor, claim, opinion)
    messages.tell_insured(actor, "claim.paid", claim)
    if opinion.kind == OpinionKind.FINAL:
        move_claim(actor, claim, "subrogate")
        messages.tell_insurer(actor, "claim.recovery_due", claim, Role.RECOVERY_OFFICER)


@transaction.atomic
def return_payment(*, actor: Actor, payment_id: int, reason: str) -> Payment:
    """The bank sent the money back: journal reversed, liability given back; finance prepares it anew."""
    claim, payment = _locked(actor, payment_id, draws=True)
    move_row(PAYMENT, actor, payment, "return", detail={"reason": reason}, remark=reason[:300])
    for journal in Journal.objects.filter(subject_type="claims.payment", subject_id=payment.pk, reverses=None):
        ledger.reverse(actor=actor, journal=journal, subject=payment, memo=reason[:200])
    policies.release_liability(actor=actor, policy_id=claim.policy_id, amount=payment.amount)
    release_buyer_cap(actor=actor, policy=claim.policy, obligor_id=claim.obligor_id, amount=_under_the_cap(payment))
    write(claim, paid_total=claim.paid_total - payment.amount)
    messages.tell_insurer(actor, "claim.payment_returned", claim, Role.FINANCE_OFFICER)
    return payment


@transaction.atomic
def cancel(*, actor: Actor, payment_id: int, reason: str) -> Payment:
    """Before it was sent; the opinion still stands."""
    _claim, payment = _locked(actor, payment_id)
    return move_row(PAYMENT, actor, payment, "cancel", detail={"reason": reason}, remark=reason[:300])
