"""The handbook's nine covered risks, and what a bank may see of notices and claims."""

from __future__ import annotations

from django.db.models import Q

from policies.risks import CoveredRisk
from sinosure.accounts.actor import Actor
from sinosure.accounts.querysets import ScopedQuerySet


class PolicyBankQuerySet(ScopedQuerySet):
    def bank_scope(self, actor: Actor) -> Q:
        return Q(policy__assignees__bank_id=actor.organisation_id, policy__assignees__until=None)


__all__ = ["CoveredRisk", "PolicyBankQuerySet"]
