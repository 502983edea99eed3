"""Messages as the inbox page shows them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.notifications.models import Message, Outbox, OutboxState, ReadMark


def messages_of(actor: Actor) -> QuerySet[Message]:
    """The actor's messages, each with `is_read`."""
    mine = ReadMark.objects.filter(message=OuterRef("pk"), user_id=actor.user_id)
    return Message.objects.visible_to(actor).annotate(is_read=Exists(mine))


def unread_count(actor: Actor, most: int = 100) -> int:
    """How many are unread, counted no further than `most`."""
    return messages_of(actor).filter(is_read=False)[:most].count()


def waiting(channel: str = "email") -> tuple[int, datetime | None]:
    """What could have gone out by now through a channel, and when the first of it was written."""
    due = Outbox.objects.filter(state=OutboxState.WAITING, channel=channel, next_try_at__lte=clock.now())
    first = due.order_by("next_try_at", "id").first()
    return due.count(), first.created_at if first else None


def dead() -> QuerySet[Outbox]:
    """E-mails and webhook calls that were given up after a day, the newest first."""
    return Outbox.objects.filter(state=OutboxState.DEAD).order_by("-id")
