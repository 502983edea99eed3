"""Deny unless declared: every view says who may open it, and this middleware holds it to that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from sinosure.accounts.actor import ANONYMOUS, Actor, actor_of
from sinosure.accounts.models import User

PUBLIC = "public"
SIGNED_IN = "signed_in"
View = TypeVar("View", bound=Callable[..., Any])


def access(capability: str) -> Callable[[View], View]:
    """Declare what a view asks for: PUBLIC, SIGNED_IN, or a capability."""

    def declare(view: View) -> View:
        view.access = capability  # type: ignore[attr-defined]
        return view

    return declare


def request_actor(request: HttpRequest) -> Actor:
    """Who asks, as the middleware put it on the request."""
    return request.actor  # type: ignore[attr-defined,no-any-return]


def declared_access(view: Any) -> Any:
    """What a resolved view declares: a string, for an API viewset a dict by action, None when nothing is declared."""
    for holder in (view, getattr(view, "view_class", None), getattr(view, "cls", None)):
        found = getattr(holder, "access", None)
        if found is not None:
            return found
    return None


class AccessMiddleware:
    """Puts `request.actor` in place and refuses views that are not declared or not allowed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        response = self.get_response(request)
        if getattr(request.user, "is_authenticated", False) and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        wanted = declared_access(view)
        if wanted is None:
            raise PermissionDenied("undeclared view")
        if wanted == PUBLIC or hasattr(view, "cls"):  # API views ask after their own authentication
            return None
        if not request.user.is_authenticated:
            return redirect(f"/signin/?{urlencode({'next': request.get_full_path()})}")
        if wanted != SIGNED_IN and not request.actor.can(wanted):  # type: ignore[attr-defined]
            raise PermissionDenied(wanted)
        return None


def _actor(request: HttpRequest) -> Actor:
    return actor_of(request.user) if isinstance(request.user, User) else ANONYMOUS


def actor_context(request: HttpRequest) -> dict[str, Any]:
    return {"actor": getattr(request, "actor", ANONYMOUS)}
