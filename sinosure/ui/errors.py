"""Pages for what went wrong: what happened, and what to do next. They ask nothing of the database."""

from __future__ import annotations

import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from sinosure.core.errors import DomainError

PAGES = {400, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503}


def is_for_machines(request: HttpRequest) -> bool:
    """The API answers problem+json itself."""
    return request.path.startswith("/api/")


def error_page(request: HttpRequest, status: int, context: dict[str, Any] | None = None) -> HttpResponse:
    template = f"errors/{status}.html" if status in PAGES else "errors/500.html"
    return render(request, template, {"status": status, **(context or {})}, status=status)


def refusal_page(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A deed that a service refused, outside a form."""
    came_from = request.META.get("HTTP_REFERER", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()})
    named = {"status": error.status, "refusal": error.text, "code": error.code, "back": came_from if is_ours else ""}
    return render(request, "errors/refused.html", named, status=error.status)


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    if is_for_machines(request):
        problem = {"type": "about:blank", "status": status, "code": f"http_{status}"}
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    return error_page(request, status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 while the database does not answer, else 500."""
    database_gone = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    response = _answer(request, 503 if database_gone else 500)
    if database_gone:
        response["Retry-After"] = "10"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long, or cookies are off."""
    return error_page(request, 403, {"is_csrf": True})


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many wrong passwords."""
    return error_page(request, 429, {"is_lockout": True})
