"""The card on a buyer's page: which limits the reader has on this buyer, and the way to one."""

from __future__ import annotations

from typing import Any

from credit_info.models import Obligor
from limits.models import CreditLimit
from sinosure.accounts.actor import Actor

SHOWN = 5


def card(actor: Actor, obligor: Obligor) -> tuple[str, dict[str, Any]] | None:
    if not actor.can("limits.view"):
        return None
    rows = CreditLimit.objects.visible_to(actor).filter(obligor=obligor).select_related("policy", "policyholder")
    shown = {"limits": rows.order_by("-amount", "id")[:SHOWN], "may_apply": actor.can("limits.apply")}
    return "limits/_on_buyer.html", shown
