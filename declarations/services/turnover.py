"""The year-end adjustment of premium prepaid on estimated turnover (PRM-4): opened, stated, settled, paid back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from declarations import clocks, letters, messages
from declarations.lifecycle import TURNOVER
from declarations.models import Shipment, TurnoverState, TurnoverStatement
from declarations.services import premium
from policies.annual import Adjustment, AnnualTerms, adjustment
from policies.models import Policy
from policies.schedule import annual_terms
from policies.selectors import schedule_on
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.money import Money
from sinosure.ledger.models import Account
from sinosure.ledger.services import post, transfer

ZERO = Decimal(0)


@transaction.atomic
def open_statement(*, actor: Actor, policy: Policy) -> TurnoverStatement | None:
    """The period is over: the insured has so many days to state its turnover. None for other products, once a policy."""
    schedule = schedule_on(policy, policy.starts_on)  # what the premium was paid on; endorsements came later
    if schedule is None or annual_terms(schedule, policy.wording.named, policy.currency) is None:
        return None
    statement, is_new = TurnoverStatement.objects.get_or_create(
        policy=policy,
        defaults={
            "policyholder_id": policy.policyholder_id, "schedule": schedule, "currency": policy.currency,
            "opened_at": clock.now(),
        },
    )  # fmt: skip
    if is_new:
        audit.record(actor, "turnover.opened", statement, detail={"policy": policy.number})
        clocks.arm_turnover(SYSTEM, statement)
        messages.tell_of_turnover(SYSTEM, "turnover.due", statement)
    return statement


def terms_of(statement: TurnoverStatement) -> AnnualTerms:
    """What was agreed for the year."""
    terms = annual_terms(statement.schedule, statement.policy.wording.named, statement.currency)
    assert terms is not None  # else no statement was opened
    return terms


def registered(statement: TurnoverStatement) -> Decimal:
    """What is on record as shipped in the period, in policy currency: the turnover cannot be less."""
    rows = Shipment.objects.live().filter(policy=statement.policy_id)
    return rows.aggregate(total=Sum(F("policy_amount")))["total"] or ZERO


def preview(statement: TurnoverStatement, actual: Decimal) -> Adjustment:
    """What this turnover would mean; nothing is written."""
    _check_actual(statement, actual)
    return adjustment(terms_of(statement), actual)


@transaction.atomic
def state(
    *, actor: Actor, statement_id: int, actual: Decimal, is_complete: bool, remark: str = ""
) -> TurnoverStatement:
    """The insured states the exports of the year; an officer may for an insured who told us on paper."""
    statement = _locked(actor, statement_id)
    TURNOVER.check("state" if actor.is_exporter else "state_for_insured", statement, actor)
    if not is_complete:
        message = _("Confirm that the figure holds all exports in the scope of the policy.")
        raise DomainError("not_confirmed", message, field="is_complete")
    _check_actual(statement, actual)
    _write(statement, state=TurnoverState.STATED, actual=actual, remark=remark, stated_at=clock.now(),
           stated_by_id=actor.user_id)  # fmt: skip
    clocks.meet_turnover(actor, statement)
    audit.record(actor, "turnover.stated", statement, detail={"actual": actual})
    messages.tell_finance(actor, statement)
    return statement


def _check_actual(statement: TurnoverStatement, actual: Decimal) -> None:
    if actual < 0:
        raise DomainError("must_not_be_negative", _("The turnover cannot be below 0."), field="actual")
    on_record = registered(statement)
    if actual < on_record:
        message = _("Shipments of %(amount)s are on record for the period. The turnover cannot be less.")
        raise DomainError(
            "below_registered", message, field="actual", amount=Money(on_record, statement.currency).rounded()
        )


@transaction.atomic
def settle(*, actor: Actor, statement_id: int) -> TurnoverStatement:
    """Finance adjusts: an additional notice, a return through the book, or nothing within the agreed band."""
    statement = _locked(actor, statement_id)
    TURNOVER.check("settle", statement, actor)
    assert statement.actual is not None  # CHECK turnover_stated
    found = adjustment(terms_of(statement), statement.actual)
    notice = None
    if found.change > 0:
        notice = premium.issue_additional_notice(actor=actor, policy=statement.policy, amount=found.change)
    elif found.change < 0:
        _post(actor, "premium.return_owed", statement, Account.PREMIUM_INCOME, Account.DUE_TO_INSURED, -found.change)
    after = TurnoverState.RETURN_DUE if found.change < 0 else TurnoverState.SETTLED
    _write(
        statement, state=after, change=found.change, notice=notice, settled_at=clock.now(), settled_by_id=actor.user_id
    )
    letters.issue_adjustment(actor, statement, terms_of(statement))
    audit.record(actor, "turnover.settled", statement, detail={"change": found.change})
    messages.tell_of_turnover(actor, "turnover.settled", statement)
    return statement


@transaction.atomic
def pay_back(*, actor: Actor, statement_id: int, paid_on: date, reference: str) -> TurnoverStatement:
    """Finance has returned the premium."""
    statement = _locked(actor, statement_id)
    TURNOVER.check("pay_back", statement, actor)
    if paid_on > clock.today():
        raise DomainError("received_in_future", _("The day cannot lie in the future."), field="paid_on")
    _post(actor, "premium.returned", statement, Account.DUE_TO_INSURED, Account.BANK, statement.returned)
    _write(statement, state=TurnoverState.SETTLED, returned_on=paid_on, return_reference=reference)
    audit.record(actor, "turnover.paid_back", statement, detail={"amount": statement.returned, "reference": reference})
    messages.tell_of_turnover(actor, "turnover.paid_back", statement)
    return statement


def _post(
    actor: Actor, kind: str, statement: TurnoverStatement, debit: Account, credit: Account, amount: Decimal
) -> None:
    post(
        actor=actor, kind=kind, subject=statement, policyholder_id=statement.policyholder_id,
        lines=transfer(debit, credit, Money(amount, statement.currency)), memo=str(statement.policy),
    )  # fmt: skip


def _locked(actor: Actor, statement_id: int) -> TurnoverStatement:
    rows = TurnoverStatement.objects.visible_to(actor).select_for_update(of=("self",))
    statement: TurnoverStatement = rows.select_related("policy__wording", "policy__policyholder", "schedule").get(
        pk=statement_id
    )
    return statement


def _write(statement: TurnoverStatement, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(statement, name, value)
    statement.save(update_fields=[name.removesuffix("_id") for name in changes])
