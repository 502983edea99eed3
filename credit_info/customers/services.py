"""Mark and unmark favourites."""

from __future__ import annotations

from django.db import transaction

from credit_info.customers.models import Favourite
from credit_info.models import Obligor
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import NotAllowed


@transaction.atomic
def mark(*, actor: Actor, obligor_id: int) -> Obligor:
    """Put a buyer on the firm's list; marking it again changes nothing."""
    obligor = _known(actor, obligor_id)
    row, is_new = Favourite.objects.get_or_create(
        policyholder_id=actor.organisation_id or 0, obligor=obligor,
        defaults={"added_at": clock.now(), "added_by_id": actor.user_id or 0},
    )  # fmt: skip
    if is_new:
        audit.record(actor, "favourite.marked", row, detail={"obligor": obligor.pk})
    return obligor


@transaction.atomic
def unmark(*, actor: Actor, obligor_id: int) -> Obligor:
    """Take it off the list."""
    obligor = _known(actor, obligor_id)
    for row in Favourite.objects.filter(policyholder_id=actor.organisation_id or 0, obligor=obligor):
        audit.record(actor, "favourite.unmarked", row, detail={"obligor": obligor.pk})
        row.delete()
    return obligor


def _known(actor: Actor, obligor_id: int) -> Obligor:
    if not actor.can("buyers.view") or actor.organisation_id is None or actor.is_insurer:
        raise NotAllowed()
    found: Obligor = Obligor.objects.visible_to(actor).get(pk=obligor_id)
    return found
