"""Scope: which rows an actor may see. Every app builds its `visible_to` on this base."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q

from sinosure.accounts.actor import Actor


def of_bank(actor: Actor, bank: str = "bank", branch: str = "branch") -> Q:
    """Rows of the actor's bank: of its own branch, at head office of all. The one place where a branch's sight ends."""
    whole = Q(**{bank: actor.organisation_id})
    return whole if actor.branch_id is None else whole & Q(**{branch: actor.branch_id})


class ScopedQuerySet(models.QuerySet[Any]):
    """The insurer's staff see every row, a policyholder its own; `bank_scope` says what a bank sees, nothing by default."""

    policyholder_field = "policyholder_id"

    def visible_to(self, actor: Actor) -> Self:
        if actor.is_insurer:
            return self.all()
        if actor.organisation_id is None:
            return self.none()
        own = Q(**{self.policyholder_field: actor.organisation_id})
        return self.filter(own | self.bank_scope(actor)) if actor.is_bank else self.filter(own)

    def held_by(self, actor: Actor) -> Self:
        """What the actor may act on as the insured: the staff every row, a policyholder its own, also when it is a bank."""
        return self.all() if actor.is_insurer else self.filter(**{self.policyholder_field: actor.organisation_id or 0})

    def bank_scope(self, actor: Actor) -> Q:
        """What else a bank sees; the app that knows the agreements overrides this."""
        return Q(pk__in=[])
