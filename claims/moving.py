"""How every service of this app takes a row and moves it: lock, check the move, write, audit."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models

from claims.lifecycle import CLAIM
from claims.models import Claim
from limits.models import CreditLimit
from policies.models import LiabilityCounter
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core.errors import Stale
from sinosure.core.lifecycle import Lifecycle

Row = TypeVar("Row", bound=models.Model)


def locked_claim(actor: Actor, claim_id: int, version: int | None = None) -> Claim:
    """The claim, locked until the transaction ends. Whatever touches the money of a case takes this lock first."""
    rows = Claim.objects.visible_to(actor).select_for_update(of=("self",))
    claim: Claim = rows.select_related("policy", "policyholder", "obligor", "obligor__country").get(pk=claim_id)
    if version is not None and claim.version != version:
        raise Stale()
    return claim


def hold_limits(actor: Actor, claim_id: int) -> None:
    """Lock the limits a claim hangs on before the claim itself: receipts come the same way (policy → limit → claim)."""
    found = Claim.objects.visible_to(actor).values_list("policy_id", "obligor_id").get(pk=claim_id)
    rows = CreditLimit.objects.filter(policy=found[0], obligor=found[1]).order_by("pk").select_for_update(of=("self",))
    list(rows.values_list("pk", flat=True))


def hold_liability(actor: Actor, claim_id: int) -> None:
    """Lock the policy's counter of what was paid before the claim, for the same order."""
    policy_id = Claim.objects.visible_to(actor).values_list("policy_id", flat=True).get(pk=claim_id)
    LiabilityCounter.objects.select_for_update(of=("self",)).get(policy=policy_id)


def move_claim(actor: Actor, claim: Claim, action: str, detail: dict[str, Any] | None = None, **changes: Any) -> Claim:
    """Make one move of the claim's lifecycle, with the columns that change with it."""
    return _moved(CLAIM, actor, claim, action, detail, version=claim.version + 1, **changes)


def move_row(
    lifecycle: Lifecycle, actor: Actor, row: Row, action: str, detail: dict[str, Any] | None = None, **changes: Any
) -> Row:
    """The same for payments, recovery cases and their receipts."""
    return _moved(lifecycle, actor, row, action, detail, **changes)


def _moved(
    lifecycle: Lifecycle, actor: Actor, row: Row, action: str, detail: dict[str, Any] | None, **changes: Any
) -> Row:
    move = lifecycle.check(action, row, actor)
    if move.target is not None:
        changes = {lifecycle.field: move.target, **changes}
    write(row, **changes)
    audit.record(actor, f"{lifecycle.entity}.{action}", row, detail=detail)
    return row


def write(row: Row, **changes: Any) -> Row:
    """Set columns and save only those."""
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=list(changes))
    return row
