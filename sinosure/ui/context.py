"""Context of every page: demo mode, the moved business date, navigation. All lazy, so that an error page asks nothing of the database."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from sinosure.accounts.actor import ANONYMOUS, Actor
from sinosure.accounts.roles import Role
from sinosure.core import clock
from sinosure.ui import navigation


def actor_title(actor: Actor) -> str:
    """The duties held, in words."""
    return " · ".join(str(Role(role).label) for role in sorted(actor.roles))


def frame(request: HttpRequest) -> dict[str, Any]:
    actor = getattr(request, "actor", ANONYMOUS)
    return {
        "demo": settings.DEMO,
        "actor_title": SimpleLazyObject(lambda: actor_title(actor)),
        "nav": SimpleLazyObject(lambda: navigation.entries(request, actor)),
        "inbox": SimpleLazyObject(lambda: navigation.inbox(actor)),
        "search_url": SimpleLazyObject(lambda: navigation.search_url(actor)),
        "moved_days": SimpleLazyObject(lambda: clock.offset().days),
        "page_time": SimpleLazyObject(clock.now),
    }
