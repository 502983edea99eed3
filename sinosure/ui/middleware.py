"""Content-Security-Policy on every answer, a refusal page for refused deeds, and a friendly page for bare error answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from sinosure.core.errors import DomainError
from sinosure.ui import errors

View = TypeVar("View", bound=Callable[..., Any])
Answer = Callable[[HttpRequest], HttpResponseBase]

SOURCES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def policy(extra: dict[str, str] | None = None) -> str:
    """The header; `extra` adds sources to a directive."""
    sources = dict(SOURCES)
    for directive, more in (extra or {}).items():
        sources[directive] = f"{sources.get(directive, '')} {more}".replace("'none' ", "").strip()
    return "; ".join(f"{directive} {allowed}" for directive, allowed in sources.items())


def also_from(**extra: str) -> Callable[[View], View]:
    """Let one view use more sources, e.g. `@also_from(style_src="'unsafe-inline'")` for the API page of a third party."""

    def declare(view: View) -> View:
        view.csp_extra = {name.replace("_", "-"): value for name, value in extra.items()}  # type: ignore[attr-defined]
        return view

    return declare


class ContentSecurityMiddleware:
    """`default-src 'none'` and named sources; no inline script or style anywhere."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        extra = getattr(request, "csp_extra", None)
        response.headers.setdefault("Content-Security-Policy", policy(extra))
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        holder = getattr(view, "view_class", None) or getattr(view, "cls", None) or view
        request.csp_extra = getattr(view, "csp_extra", None) or getattr(holder, "csp_extra", None)  # type: ignore[attr-defined]


class ErrorPagesMiddleware:
    """A refused deed becomes the refusal page with its status, what a service does not find for the actor a 404; a bare
    405, 413 or 429 gets words and a way on.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if errors.is_for_machines(request) or not _is_bare(response):
            return response
        page = errors.error_page(request, response.status_code)
        if response.has_header("Allow"):
            page["Allow"] = response["Allow"]
        return page

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
            return errors.error_page(request, 413)
        if isinstance(error, DomainError) and not errors.is_for_machines(request):
            return errors.refusal_page(request, error)
        if isinstance(error, ObjectDoesNotExist) and not errors.is_for_machines(request):
            return errors.error_page(request, 404)
        return None


def _is_bare(response: HttpResponseBase) -> bool:
    """An error answer without a page of its own."""
    known = response.status_code in errors.PAGES
    return known and not response.streaming and not getattr(response, "content", b"")
