"""The factoring agreement of a bank with an exporter whose receivables it buys and insures itself (Rulebook §8.3, bank policy)."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from policies.models import Policy
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.append_only import append_only


class ContractQuerySet(ScopedQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """The insurer, the bank, and the seller if it is a firm on this site."""
        if actor.is_exporter and actor.organisation_id is not None:
            return self.filter(Q(seller=actor.organisation_id))
        return super().visible_to(actor)


class FactoringContract(models.Model):
    """Under one bank policy; `seller` where a firm with this code is known here."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="factoring_contracts")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    seller = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    seller_name = models.CharField(max_length=120)
    seller_uscc = models.CharField(max_length=18)
    number = models.CharField(max_length=60)
    signed_on = models.DateField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    objects = ContractQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "number"], name="factoring_contract_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return self.number
