"""Errors as problem+json: what is wrong, in which field, what to do next, with a machine code."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from sinosure.core.errors import DomainError

CONTENT_TYPE = "application/problem+json"


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every refusal has the same shape. What a service may not see for the caller is not there."""
    if isinstance(error, DomainError):
        error.keep()
        return problem(error.status, error.code, error.text, field=error.field)
    error = Http404() if isinstance(error, ObjectDoesNotExist) else error
    response = exception_handler(error, context)
    if response is None:
        return None
    answer = _described(error, response)
    for header in ("WWW-Authenticate", "Retry-After"):
        if header in response:
            answer[header] = response[header]
    return answer


def problem(
    status: int, code: str, detail: str, *, field: str | None = None, errors: list[dict[str, Any]] | None = None
) -> Response:
    """One refusal. `errors` lists {field, code, message} where several fields are wrong."""
    if errors is None and field is not None:
        errors = [{"field": field, "code": code, "message": detail}]
    body = {"type": f"urn:export-cover:error:{code}", "title": code, "status": status, "code": code, "detail": detail}
    more = {"field": field, "errors": errors} if errors else {}
    return Response({**body, **more}, status=status, content_type=CONTENT_TYPE)


def _described(error: Exception, response: Response) -> Response:
    if isinstance(error, exceptions.ValidationError):
        errors = list(_flat(error.detail, ""))
        first = errors[0]
        return problem(response.status_code, first["code"], first["message"], field=first["field"], errors=errors)
    if isinstance(error, Http404):
        return problem(404, "not_found", str(exceptions.NotFound.default_detail))
    if isinstance(error, PermissionDenied):
        return problem(403, "not_allowed", str(exceptions.PermissionDenied.default_detail))
    code = getattr(getattr(error, "detail", None), "code", None) or "error"
    return problem(response.status_code, code, str(getattr(error, "detail", error)))


def _flat(detail: Any, path: str) -> Any:
    """Every leaf of a DRF error tree as {field, code, message}."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flat(inner, path if name == "non_field_errors" else f"{path}.{name}".strip("."))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flat(inner, path)
    else:
        yield {"field": path or None, "code": detail.code, "message": str(detail)}
