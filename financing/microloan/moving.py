"""How every service of 信保贷 takes a line and moves it: policy locked before line, the move checked, written, audited."""

from __future__ import annotations

from typing import Any

from financing.microloan import selectors
from financing.microloan.lifecycle import CREDIT_LINE
from financing.models import CreditLine
from policies.moving import locked_policy
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.audit import services as audit


def locked_line(actor: Actor, line_id: int) -> CreditLine:
    """The line with its policy, both locked. Raises CreditLine.DoesNotExist for what the actor may not see."""
    policy_id = selectors.lines(actor).values_list("policy_id", flat=True).get(pk=line_id)
    locked_policy(SYSTEM, policy_id)
    row: CreditLine = selectors.lines(actor).select_for_update(of=("self",)).get(pk=line_id)
    return row


def move(actor: Actor, line: CreditLine, action: str, detail: dict[str, Any] | None = None, **changes: Any) -> None:
    """Make one move of the lifecycle, with the columns that change with it."""
    was, found = line.state, CREDIT_LINE.check(action, line, actor)
    for name, value in {"state": found.target, **changes}.items():
        setattr(line, name, value)
    line.save(update_fields=["state", *changes])
    audit.record(actor, f"credit_line.{action}", line, detail={"from": was, "to": line.state, **(detail or {})})
