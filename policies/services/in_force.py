"""Cover begins, is suspended and resumed, and ends (Rulebook §2.1, PRM-2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from policies import messages
from policies.above import open_items
from policies.lifecycle import COVERING, POLICY
from policies.models import Policy, PolicyState, PolicySuspension
from policies.moving import locked_policy, move, write
from policies.signals import policy_ended, policy_in_force, policy_resumed, policy_suspended
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.deadlines.models import Deadline


@transaction.atomic
def deposit_paid(*, actor: Actor, policy_id: int, amount: Decimal) -> Policy:
    """Deposit premium was booked, in full or in part; cover begins when it is complete and the first day has come."""
    if not actor.can("premium.book"):
        raise NotAllowed()
    policy = locked_policy(actor, policy_id)
    if not amount > 0:
        raise DomainError("must_be_positive", _("The amount must be above 0."), field="amount")
    write(policy, deposit_received=policy.deposit_received + amount)
    audit.record(actor, "policy.deposit_paid", policy, detail={"amount": amount, "received": policy.deposit_received})
    begin_if_due(actor, policy)
    return policy


def begin_if_due(actor: Actor, policy: Policy) -> None:
    """Activate when the policy is signed, the deposit premium is there and the first day has come."""
    schedule = policy.schedule
    is_paid = schedule is not None and policy.deposit_received >= schedule.deposit_premium
    if policy.state == PolicyState.SIGNED and is_paid and policy.starts_on <= clock.today() <= policy.ends_on:
        move(SYSTEM, policy, "activate", {"by": actor.name}, in_force_at=clock.now())
        messages.tell_insured(actor, "policy.in_force", policy)
        _close_renewed(policy)
        policy_in_force.send(sender=Policy, policy=policy, actor=actor)


def _close_renewed(policy: Policy) -> None:
    """The policy before is renewed now, if it has ended already."""
    if policy.renewed_from_id is not None:
        Policy.objects.filter(pk=policy.renewed_from_id, state=PolicyState.EXPIRED).update(state=PolicyState.RENEWED)


def begin_policies(rows: Iterable[Deadline]) -> None:
    """The effect of POLICY_START: the first day has come."""
    for row in rows:
        begin_if_due(SYSTEM, locked_policy(SYSTEM, row.subject_id))


@transaction.atomic
def suspend(*, actor: Actor, policy_id: int, reason: str) -> Policy:
    """No cover for new shipments from today; called down when premium is 30 days overdue. Twice is once; without
    cover there is nothing to suspend."""
    policy = locked_policy(actor, policy_id)
    if policy.state != PolicyState.IN_FORCE:
        return policy
    move(actor, policy, "suspend", {"reason": reason}, remark=reason)
    PolicySuspension.objects.create(
        policy=policy, policyholder_id=policy.policyholder_id, suspended_on=clock.today(), reason=reason
    )
    messages.tell_insured(actor, "policy.suspended", policy)
    policy_suspended.send(sender=Policy, policy=policy, actor=actor)
    return policy


@transaction.atomic
def lift_suspension(*, actor: Actor, policy_id: int) -> Policy:
    """The premium is paid: shipments from today on are covered again."""
    policy = locked_policy(actor, policy_id)
    if policy.state != PolicyState.SUSPENDED:
        return policy
    move(actor, policy, "resume", remark="")
    policy.suspensions.filter(lifted_on=None).update(lifted_on=clock.today())
    messages.tell_insured(actor, "policy.resumed", policy)
    policy_resumed.send(sender=Policy, policy=policy, actor=actor)
    return policy


@transaction.atomic
def expire_policies(rows: Iterable[Deadline]) -> None:
    """The effect of POLICY_EXPIRY: the last day is over. Shipments made inside the period stay covered."""
    for row in rows:
        policy = locked_policy(SYSTEM, row.subject_id)
        if policy.state in (PolicyState.SIGNED, *COVERING):
            _expire(policy)


def _expire(policy: Policy) -> None:
    was_covered = policy.state != PolicyState.SIGNED
    has_successor = policy.renewals.filter(state__in=COVERING).exists()
    move(SYSTEM, policy, "expire", to=PolicyState.RENEWED if has_successor else PolicyState.EXPIRED)
    policy.suspensions.filter(lifted_on=None).update(lifted_on=policy.ends_on + timedelta(days=1))
    messages.tell_insured(SYSTEM, "policy.expired" if was_covered else "policy.unpaid_at_expiry", policy)
    policy_ended.send(sender=Policy, policy=policy, actor=SYSTEM)


@transaction.atomic
def close_run_off(*, actor: Actor, policy_id: int) -> Policy:
    """Nothing of the period is open any more: no receivable, premium, notice, claim, recovery or loan (`above.open_items`)."""
    policy = locked_policy(actor, policy_id)
    POLICY.check("close", policy, actor)
    found = open_items(policy.pk)
    if found:
        message = _("Still open under this policy: %(items)s. The run-off is closed when nothing is left.")
        raise DomainError(
            "run_off_open", message, status=409, items=", ".join(f"{one.count} {one.label}" for one in found)
        )
    move(actor, policy, "close")
    messages.tell_insured(actor, "policy.run_off_closed", policy)
    return policy
