"""Other names of a company and the group it belongs to. A company is never, over however many steps, its own parent."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from credit_info.indexing import index
from credit_info.models import Alias, AliasKind, Obligor
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.core.parsing import clean_name


@transaction.atomic
def add_alias(
    *, actor: Actor, obligor_id: int, kind: str, name: str, source: str, until: date | None = None
) -> Alias:  # fmt: skip
    """Another name, by which the company is found from now on. Raises `name_missing`, `source_missing`, `known_name`."""
    obligor = _locked(actor, obligor_id)
    typed = clean_name(name).value
    if len(typed) < 2:
        raise DomainError("name_missing", _("Enter the name."), field="name")
    if kind not in AliasKind.values:
        raise DomainError("bad_kind", _("Choose what kind of name it is."), field="kind")
    if not source.strip():
        raise DomainError("source_missing", _("Say where it comes from."), field="source")
    if until is not None and until > clock.today():
        raise DomainError("in_the_future", _("A name was used until today or earlier."), field="until")
    try:
        with transaction.atomic():
            if typed == obligor.name:
                raise IntegrityError
            row = Alias.objects.create(obligor=obligor, kind=kind, name=typed, until=until, source=source.strip()[:120])
    except IntegrityError as twice:
        raise DomainError(
            "known_name", _("The company is known by this name already."), field="name", status=409
        ) from twice
    index([obligor])
    audit.record(actor, "obligor.alias_added", obligor, detail={"kind": kind, "name": typed, "source": row.source})
    return row


@transaction.atomic
def set_parent(*, actor: Actor, obligor_id: int, parent: Obligor | None) -> Obligor:
    """The company above it, None: no one. Raises `own_parent` for itself and for one that belongs to it."""
    obligor = _locked(actor, obligor_id)
    if parent is not None:
        _check_above(obligor, parent)
    was, obligor.parent = obligor.parent_id, parent
    obligor.save(update_fields=["parent"])
    detail = {"was": was, "now": parent.pk if parent else None}
    audit.record(actor, "obligor.parent_set", obligor, detail=detail)
    return obligor


def _locked(actor: Actor, obligor_id: int) -> Obligor:
    if not actor.can("buyers.edit"):
        raise NotAllowed()
    return Obligor.objects.select_for_update(of=("self",)).get(pk=obligor_id)


def _check_above(obligor: Obligor, parent: Obligor) -> None:
    """Up from the new parent, locked on the way so that two people cannot close a loop from both ends."""
    above: int | None = parent.pk
    seen = {obligor.pk}
    while above is not None:
        if above in seen:
            message = _("A company cannot be its own parent, nor belong to one of its subsidiaries.")
            raise DomainError("own_parent", message, field="parent")
        seen.add(above)
        above = Obligor.objects.select_for_update(of=("self",)).get(pk=above).parent_id
