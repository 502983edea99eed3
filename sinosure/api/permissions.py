"""Deny unless declared, for the API: each viewset names the capability of each of its actions."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from sinosure.accounts.access import PUBLIC, SIGNED_IN
from sinosure.accounts.actor import actor_of


class HasAccess(BasePermission):
    """Puts the actor of the authenticated person on the request and asks for the declared capability."""

    def has_permission(self, request: Request, view: Any) -> bool:
        declared = getattr(view, "access", None)
        wanted = declared.get(view.action) if isinstance(declared, dict) else declared
        if wanted == PUBLIC or request.method == "OPTIONS":
            return True
        if not request.user or not request.user.is_authenticated:
            return False
        request._request.actor = actor_of(request.user)  # type: ignore[attr-defined]
        return wanted == SIGNED_IN or (wanted is not None and request._request.actor.can(wanted))  # type: ignore[attr-defined]
