"""The risk fund: money in with four eyes, money out by conditional update, each with its line in the book and in the ledger."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from financing.schemes.lifecycle import TOP_UP
from financing.schemes.models import FundEntry, RegionalScheme, SchemeCase, TopUp, TopUpState
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.core.money import Money
from sinosure.ledger.models import Account
from sinosure.ledger.services import post, transfer


def locked_scheme(scheme_id: int) -> RegionalScheme:
    row: RegionalScheme = RegionalScheme.objects.select_for_update(of=("self",)).get(pk=scheme_id)
    return row


def refuse_others(actor: Actor, scheme: RegionalScheme) -> None:
    """Only the finance bureau of the scheme moves its fund."""
    if not (actor.can("schemes.fund") and actor.organisation_id == scheme.finance_id):
        raise NotAllowed()


@transaction.atomic
def propose(*, actor: Actor, scheme_id: int, amount: Decimal, reference: str) -> TopUp:
    """One person at the finance bureau enters what is paid in."""
    scheme = RegionalScheme.objects.visible_to(actor).get(pk=scheme_id)
    refuse_others(actor, scheme)
    if not amount > 0:
        raise DomainError("must_be_positive", _("The amount must be above 0."), field="amount")
    if not reference.strip():
        raise DomainError("required", _("Give the reference of the payment."), field="reference")
    if scheme.top_ups.filter(reference=reference.strip()).exists():
        raise DomainError(
            "already_booked", _("A top-up with this reference is entered already."), field="reference", status=409
        )
    row = TopUp.objects.create(
        scheme=scheme, amount=amount, reference=reference.strip(), proposed_by_id=actor.user_id, proposed_at=clock.now()
    )
    audit.record(actor, "scheme.top_up_proposed", row, policyholder_id=scheme.finance_id, detail={"amount": amount})
    return row


@transaction.atomic
def decide(*, actor: Actor, top_up_id: int, action: str) -> TopUp:
    """`confirm` by another person of the bureau pays it in; `refuse` ends it."""
    schemes = RegionalScheme.objects.visible_to(actor)
    scheme_id = TopUp.objects.filter(scheme__in=schemes).values_list("scheme_id", flat=True).get(pk=top_up_id)
    scheme = locked_scheme(scheme_id)
    refuse_others(actor, scheme)
    row = TopUp.objects.select_for_update().get(pk=top_up_id)
    row.state = TOP_UP.check(action, row, actor).target or row.state
    row.decided_by_id, row.decided_at = actor.user_id, clock.now()
    row.save(update_fields=["state", "decided_by", "decided_at"])
    if row.state == TopUpState.CONFIRMED:
        _book(scheme, row.amount, top_up=row)
        lines = transfer(Account.RISK_FUND_BANK, Account.RISK_FUND, Money(row.amount, scheme.currency))
        post(actor=actor, kind="scheme.top_up", subject=row, policyholder_id=scheme.finance_id, lines=lines)
    audit.record(
        actor, f"scheme.top_up_{action}", row, policyholder_id=scheme.finance_id, detail={"amount": row.amount}
    )
    return row


def pay(actor: Actor, scheme: RegionalScheme, case: SchemeCase, amount: Decimal) -> None:
    """Out of the fund, in the caller's transaction. Raises `fund_short` when it does not hold so much."""
    if not amount:
        return
    _book(scheme, -amount, case=case)
    lines = transfer(Account.RISK_FUND, Account.RISK_FUND_BANK, Money(amount, scheme.currency))
    post(actor=actor, kind="scheme.compensation", subject=case, policyholder_id=case.policyholder_id, lines=lines)


def _book(scheme: RegionalScheme, amount: Decimal, top_up: TopUp | None = None, case: SchemeCase | None = None) -> None:
    shift(scheme, amount)
    FundEntry.objects.create(
        scheme=scheme, amount=amount, balance=scheme.fund_balance, top_up=top_up, case=case, at=clock.now()
    )


def shift(scheme: RegionalScheme, amount: Decimal) -> None:
    """The balance moves only where it stays at zero or above, whoever pays at the same moment. Raises `fund_short`."""
    rows = RegionalScheme.objects.filter(pk=scheme.pk, fund_balance__gte=-amount)
    if not rows.update(fund_balance=F("fund_balance") + amount):
        raise DomainError("fund_short", _("The fund does not hold so much any more. Open the case again."), status=409)
    scheme.refresh_from_db(fields=["fund_balance"])
