"""Write the trail, seal it, and find any later change, removal or reorder in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from sinosure.audit.models import AuditEntry, AuditSeal
from sinosure.core import clock
from sinosure.core.chain import GENESIS, Verification, is_only_sealer, link_hash

_SEAL_LOCK = 7_210_001


class Doer(Protocol):
    """What the trail keeps of an actor."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def organisation_id(self) -> int | None: ...


def record(
    actor: Doer,
    action: str,
    subject: models.Model,
    *,
    policyholder_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """One line of the trail, in the caller's transaction."""
    entry = _entry(actor, action, subject, policyholder_id, detail or {})
    entry.save(force_insert=True)
    return entry


def record_many(actor: Doer, action: str, deeds: Iterable[tuple[models.Model, dict[str, Any]]]) -> None:
    """The same deed on many subjects, each with its detail, in one statement."""
    AuditEntry.objects.bulk_create([_entry(actor, action, subject, None, detail) for subject, detail in deeds])


def _entry(
    actor: Doer, action: str, subject: models.Model, policyholder_id: int | None, detail: dict[str, Any]
) -> AuditEntry:
    return AuditEntry(
        at=clock.now(),
        actor_id=actor.user_id,
        actor_name=actor.name,
        organisation_id=actor.organisation_id,
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        policyholder_id=policyholder_id if policyholder_id is not None else getattr(subject, "policyholder_id", None),
        detail=json.loads(json.dumps(detail, cls=DjangoJSONEncoder, default=str)),
    )


@transaction.atomic
def seal(batch: int = 5000) -> int:
    """Chain entries that have no link yet, oldest first; returns how many. One sealer at a time, writers never wait."""
    if not is_only_sealer(_SEAL_LOCK):
        return 0
    last = AuditSeal.objects.order_by("-position").first()
    seals = list(_links(AuditEntry.objects.filter(auditseal=None).order_by("id")[:batch], last))
    AuditSeal.objects.bulk_create(seals)
    return len(seals)


def _links(entries: models.QuerySet[AuditEntry], last: AuditSeal | None) -> Iterator[AuditSeal]:
    position, previous = (last.position, last.hash) if last else (0, GENESIS)
    for entry in entries:
        position, current = position + 1, link_hash(previous, content(entry))
        yield AuditSeal(entry=entry, position=position, prev_hash=previous, hash=current)
        previous = current


def content(entry: AuditEntry) -> list[Any]:
    """What is hashed of an entry: every column."""
    return [
        entry.pk, entry.at.isoformat(), entry.actor_id, entry.actor_name, entry.organisation_id,
        entry.action, entry.subject_type, entry.subject_id, entry.policyholder_id, entry.detail,
    ]  # fmt: skip


def verify(most_faults: int = 20) -> Verification:
    """Walk the whole chain in order and recompute every link."""
    faults: list[str] = []
    position, previous = 0, GENESIS
    for link in AuditSeal.objects.select_related("entry").order_by("position").iterator(5000):
        faults += _faults_of(link, position + 1, previous)
        position, previous = link.position, link.hash
        if len(faults) >= most_faults:
            break
    unsealed = AuditEntry.objects.filter(auditseal=None).count()
    return Verification(position, unsealed, tuple(faults))


def _faults_of(link: AuditSeal, position: int, previous: str) -> list[str]:
    checks = [
        (link.position != position, f"entry {position} is missing"),
        (link.prev_hash != previous, f"link {link.position} does not follow the one before it"),
        (link.hash != link_hash(link.prev_hash, content(link.entry)), f"entry {link.entry_id} was changed"),
    ]
    return [text for wrong, text in checks if wrong]
