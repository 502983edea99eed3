"""Key accounts (PRD-3): their limit applications may go first in the queue."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from policies.models import Policy, PolicyState
from policies.moving import locked_policy, write
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core.errors import DomainError, NotAllowed, WrongState

COVERED = (PolicyState.SIGNED, PolicyState.IN_FORCE, PolicyState.SUSPENDED)


def may_mark(policy: Policy, actor: Actor) -> bool:
    return actor.can("policies.underwrite") and policy.state in COVERED and bool(_allows(policy) or policy.key_account)


def _allows(policy: Policy) -> bool:
    """Products that insure a whole chain know key accounts."""
    return bool(policy.wording.named.value("names_affiliates"))


@transaction.atomic
def mark_key_account(*, actor: Actor, policy_id: int, is_key: bool, reason: str) -> Policy:
    """Mark or unmark the holder as a key account, with a reason. Raises `not_for_product`, `required`."""
    policy = locked_policy(actor, policy_id)
    if not actor.can("policies.underwrite"):
        raise NotAllowed()
    if policy.state not in COVERED:
        raise WrongState("mark_key_account", policy.get_state_display())
    if is_key and not _allows(policy):
        raise DomainError("not_for_product", _("Only a comprehensive policy can be a key account."), status=409)
    if not reason.strip():
        raise DomainError("required", _("Give the reason; it stays on record."), field="text")
    write(policy, key_account=is_key)
    audit.record(
        actor, "policy.key_account" if is_key else "policy.no_key_account", policy, detail={"reason": reason.strip()}
    )
    return policy
