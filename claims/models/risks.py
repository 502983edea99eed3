"""The handbook's nine covered risks, and what a bank may see of notices and claims."""

from __future__ import annotations

from typing import Self

from django.db.models import Q

from policies.models import assigned_rows
from policies.risks import CoveredRisk
from sinosure.accounts.actor import Actor
from sinosure.accounts.querysets import ScopedQuerySet


class PolicyBankQuerySet(ScopedQuerySet):
    def bank_scope(self, actor: Actor) -> Q:
        return assigned_rows(actor, country="obligor__country_id", obligor="obligor_id")

    def without_drafts_of_others(self, actor: Actor) -> Self:
        """Drafts are the insured's alone, before they are handed in."""
        return self.exclude(Q(state="DRAFT") & ~Q(policyholder_id=actor.organisation_id))


__all__ = ["CoveredRisk", "PolicyBankQuerySet"]
