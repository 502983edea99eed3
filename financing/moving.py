"""How every service of this app takes a row and moves it: lock (policy first), check the move, write, audit."""

from __future__ import annotations

from typing import Any

from financing import selectors
from financing.lifecycle import AGREEMENT
from financing.models import Agreement, AgreementTerms, Loan
from policies.moving import locked_policy
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.audit import services as audit
from sinosure.core.errors import Stale


def locked_agreement(actor: Actor, agreement_id: int, version: int | None = None) -> Agreement:
    """The agreement with its policy, both locked. Raises Agreement.DoesNotExist for what the actor may not see, Stale.

    The policy is locked as the system: a bank sees it only once the agreement is in force.
    """
    policy_id = selectors.agreements(actor).values_list("policy_id", flat=True).get(pk=agreement_id)
    locked_policy(SYSTEM, policy_id)
    row: Agreement = selectors.agreements(actor).select_for_update(of=("self",)).get(pk=agreement_id)
    if version is not None and row.version != version:
        raise Stale()
    return row


def locked_loan(actor: Actor, loan_id: int) -> Loan:
    rows = Loan.objects.visible_to(actor).select_for_update(of=("self",))
    row: Loan = rows.select_related("bank", "shipment", "agreement").get(pk=loan_id)
    return row


def move(
    actor: Actor, agreement: Agreement, action: str, detail: dict[str, Any] | None = None, **changes: Any
) -> Agreement:
    """Make one move of the lifecycle, with the columns that change with it."""
    was = agreement.state
    found = AGREEMENT.check(action, agreement, actor)
    write(agreement, state=found.target, **changes)
    told = {"from": was, "to": agreement.state, **(detail or {})}
    audit.record(actor, f"agreement.{action}", agreement, detail=told)
    return agreement


def write(row: Agreement | AgreementTerms, **changes: Any) -> None:
    """Set columns and raise the version, which open forms are compared with."""
    changes["version"] = row.version + 1
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=list(changes))
