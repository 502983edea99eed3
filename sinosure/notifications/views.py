"""The inbox of messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from sinosure.accounts.access import SIGNED_IN, access
from sinosure.notifications import services
from sinosure.notifications.kinds import KINDS, path_of, text_of
from sinosure.notifications.models import Message
from sinosure.notifications.selectors import messages_of
from sinosure.ui.pages import page
from sinosure.ui.paging import keyset_page


@dataclass(frozen=True)
class Line:
    text: str
    url: str
    tone: str
    sent_at: datetime
    is_read: bool


@access(SIGNED_IN)
def inbox(request: HttpRequest) -> HttpResponse:
    shown = keyset_page(messages_of(request.actor), request, order=("-id",))
    return page(request, "notifications/inbox.html", {
        "page": shown, "lines": [_line(message) for message in shown], "may_call": request.actor.can("webhooks.manage"),
    })  # fmt: skip


@access(SIGNED_IN)
@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Everything shown so far counts as read."""
    services.mark_read(request.actor, Message.objects.visible_to(request.actor))
    return HttpResponseRedirect(reverse("notifications:inbox"))


def _line(message: Message) -> Line:
    known = KINDS.get(message.kind)
    return Line(
        text_of(message.kind, message.params), path_of(message.kind, message.subject_id),
         known.tone if known else "grey", message.sent_at,
        message.is_read,  # type: ignore[attr-defined]
    )  # fmt: skip
