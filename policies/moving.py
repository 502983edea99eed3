"""How every service of this app takes a policy and moves it: lock, check the move, write, audit."""

from __future__ import annotations

from typing import Any

from policies.lifecycle import POLICY
from policies.models import Policy
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core.errors import Stale


def locked_policy(actor: Actor, policy_id: int, version: int | None = None) -> Policy:
    """The policy, locked until the transaction ends. Raises Policy.DoesNotExist for what the actor may not see, Stale."""
    rows = Policy.objects.visible_to(actor).select_for_update(of=("self",))
    policy: Policy = rows.select_related("policyholder", "office", "wording").get(pk=policy_id)
    if version is not None and policy.version != version:
        raise Stale()
    return policy


def move(
    actor: Actor,
    policy: Policy,
    action: str,
    detail: dict[str, Any] | None = None,
    to: str | None = None,
    **changes: Any,
) -> Policy:
    """Make one move of the lifecycle, with the columns that change with it; `to` where the table leaves it open."""
    was = policy.state
    found = POLICY.check(action, policy, actor)
    write(policy, state=to or found.target, **changes)
    audit.record(actor, f"policy.{action}", policy, detail={"from": was, "to": policy.state, **(detail or {})})
    return policy


def write(policy: Policy, **changes: Any) -> None:
    """Set columns and raise the version, which open forms are compared with."""
    changes["version"] = policy.version + 1
    for name, value in changes.items():
        setattr(policy, name, value)
    policy.save(update_fields=list(changes))
