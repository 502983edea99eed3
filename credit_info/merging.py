"""Judge two rows that may be one company: join them, or keep them apart for good."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from credit_info.indexing import index
from credit_info.models import Alias, AliasKind, MergeState, MergeSuggestion, Obligor
from credit_info.navigator.upkeep import move
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed

OWN = "credit_info"


@transaction.atomic
def judge(*, actor: Actor, suggestion_id: int, are_one: bool) -> MergeSuggestion:
    """One company: the double's names lead to the kept row from now on. Raises `carries_business`, `judged_already`."""
    if not actor.can("buyers.edit"):
        raise NotAllowed()
    row = MergeSuggestion.objects.select_for_update().get(pk=suggestion_id)
    if row.state != MergeState.OPEN:
        raise DomainError("judged_already", _("This pair was judged already."), status=409)
    if are_one:
        _join(row)
    row.state = MergeState.MERGED if are_one else MergeState.APART
    row.judged_at, row.judged_by_id = clock.now(), actor.user_id
    row.save(update_fields=["state", "judged_at", "judged_by"])
    audit.record(
        actor, "obligor.merge_judged", row, detail={"kept": row.kept_id, "double": row.double_id, "one": are_one}
    )
    return row


def _join(row: MergeSuggestion) -> None:
    both = {
        one.pk: one
        for one in Obligor.objects.filter(pk__in=[row.kept_id, row.double_id]).order_by("pk").select_for_update()
    }
    kept, double = both[row.kept_id], both[row.double_id]
    _check_bare(double)
    if kept.merged_into_id is not None or double.merged_into_id is not None:
        raise DomainError("merged_already", _("One of the two was joined with another company already."), status=409)
    names = {double.name, *double.aliases.values_list("name", flat=True)} - {kept.name, ""}
    Alias.objects.bulk_create(
        [Alias(obligor=kept, kind=AliasKind.TRADE, name=name) for name in sorted(names)], ignore_conflicts=True
    )
    double.identifiers.exclude(kind__in=kept.identifiers.values("kind")).update(obligor=kept)
    double.merged_into = kept
    double.save(update_fields=["merged_into"])
    move(double.pk, kept.pk)
    index([kept, double])


def _check_bare(double: Obligor) -> None:
    """Limits, shipments and claims stand on one row for good; a row that carries any is never folded into another."""
    for relation in Obligor._meta.related_objects:
        model = relation.related_model
        if model._meta.app_label != OWN and model._default_manager.filter(**{relation.field.name: double}).exists():
            message = _("%(name)s carries limits or shipments. Keep it, and join the other company with it.")
            raise DomainError("carries_business", message, status=409, name=double.name)
