"""Tell people: a line in the portal inbox and an outbox row, in the transaction of the deed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction

from sinosure.accounts.actor import Actor
from sinosure.accounts.models import User
from sinosure.accounts.roles import Kind
from sinosure.audit.services import record
from sinosure.core import clock
from sinosure.core.errors import NotAllowed
from sinosure.notifications.models import Message, Outbox, OutboxState, ReadMark


def notify(
    actor: Actor, kind: str, subject: models.Model, *, organisation_id: int, policyholder_id: int | None = None,
    role: str = "", params: dict[str, Any] | None = None, branch_id: int | None = None,
) -> Message:  # fmt: skip
    """A message to an organisation (or one role in it), and an e-mail to each of its people with an address.

    Without `branch_id` the people of a bank are those of its head office.
    """
    message = Message.objects.create(
        organisation_id=organisation_id, branch_id=branch_id, role=role, kind=kind, params=params or {},
        subject_type=subject._meta.label_lower, subject_id=subject.pk, policyholder_id=policyholder_id,
        sent_at=clock.now(),
    )  # fmt: skip
    Outbox.objects.bulk_create(_mails(message, _readers(organisation_id, role, branch_id)), ignore_conflicts=True)
    return message


def notify_each(
    actor: Actor, kind: str, subject: models.Model, readers: Iterable[tuple[int, int | None]], *, policyholder_id: int,
    params: dict[str, Any],
) -> None:  # fmt: skip
    """The same to several organisations, each once; a reader is an organisation with a branch, None for head office."""
    for organisation_id, branch_id in dict.fromkeys(readers):
        notify(
            actor, kind, subject, organisation_id=organisation_id, branch_id=branch_id, policyholder_id=policyholder_id,
            params=params,
        )  # fmt: skip


def notify_insurer(actor: Actor, kind: str, subject: models.Model, role: str, policyholder_id: int | None = None,
                   params: dict[str, Any] | None = None) -> None:  # fmt: skip
    """A message to everybody at the insurer who holds `role`."""
    insurers = User.objects.filter(organisation__kind=Kind.INSURER).values_list("organisation_id", flat=True).distinct()
    for organisation_id in insurers.order_by():
        notify(actor, kind, subject, organisation_id=organisation_id, policyholder_id=policyholder_id, role=role,
               params=params)  # fmt: skip


@dataclass(frozen=True)
class News:
    """A message that `notify_many` sends; the subject as type and id."""

    kind: str
    subject_type: str
    subject_id: int
    organisation_id: int
    policyholder_id: int | None = None
    role: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    branch_id: int | None = None


def notify_many(news: Sequence[News]) -> list[Message]:
    """Many messages and their e-mails in four statements, for the sweep and for bulk work."""
    now = clock.now()
    messages = Message.objects.bulk_create([Message(**vars(one), sent_at=now) for one in news])
    people = _people({message.organisation_id for message in messages})
    mails = [mail for one in messages for mail in _mails(one, people[one.organisation_id, one.branch_id, one.role])]
    Outbox.objects.bulk_create(mails, ignore_conflicts=True)
    return messages


def _people(organisation_ids: set[int]) -> dict[tuple[int, int | None, str], list[User]]:
    """Readers with an address by organisation, branch and role; the role "" stands for everybody there."""
    found: dict[tuple[int, int | None, str], list[User]] = defaultdict(list)
    readers = User.objects.filter(organisation_id__in=organisation_ids, is_active=True).exclude(email="")
    for reader in readers.prefetch_related("grants"):
        roles = {grant.role for grant in reader.grants.all() if grant.revoked_at is None}
        for role in {"", *roles}:
            found[reader.organisation_id, reader.branch_id, role].append(reader)
    return found


def _readers(organisation_id: int, role: str, branch_id: int | None) -> Iterable[User]:
    readers = User.objects.filter(organisation_id=organisation_id, branch=branch_id, is_active=True).exclude(email="")
    return readers.filter(grants__role=role, grants__revoked_at=None) if role else readers


def _mails(message: Message, readers: Iterable[User]) -> list[Outbox]:
    return [
        Outbox(
            dedup=f"message:{message.pk}:{reader.pk}", recipient=reader.email, kind=message.kind,
            params=message.params, subject_id=message.subject_id, language=reader.language, created_at=message.sent_at,
            next_try_at=message.sent_at,
        )
        for reader in readers
    ]  # fmt: skip


def mark_read(actor: Actor, messages: models.QuerySet[Message]) -> None:
    """These count as read for this person, five hundred at a time."""
    read = ReadMark.objects.filter(user=actor.user_id)
    unread = messages.exclude(pk__in=read.values("message")).values_list("pk", flat=True)[:500]
    marks = [ReadMark(message_id=pk, user_id=actor.user_id, read_at=clock.now()) for pk in unread]
    ReadMark.objects.bulk_create(marks, ignore_conflicts=True)


@transaction.atomic
def revive(actor: Actor) -> int:
    """Every message that was given up waits once more, for another day of tries; returns how many."""
    if not actor.can("operations.mend"):
        raise NotAllowed
    rows = Outbox.objects.filter(state=OutboxState.DEAD)
    now = clock.now()
    count = rows.update(state=OutboxState.WAITING, attempts=0, created_at=now, next_try_at=now)
    if count:
        record(actor, "outbox.revived", User.objects.get(pk=actor.user_id), detail={"messages": count})
    return count
