"""Messages as the inbox page shows them."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from sinosure.accounts.actor import Actor
from sinosure.notifications.models import Message, ReadMark


def messages_of(actor: Actor) -> QuerySet[Message]:
    """The actor's messages, each with `is_read`."""
    mine = ReadMark.objects.filter(message=OuterRef("pk"), user_id=actor.user_id)
    return Message.objects.visible_to(actor).annotate(is_read=Exists(mine))


def unread_count(actor: Actor, most: int = 100) -> int:
    """How many are unread, counted no further than `most`."""
    return messages_of(actor).filter(is_read=False)[:most].count()
