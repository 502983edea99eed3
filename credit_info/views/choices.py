"""Buyers and banks as somebody types their name, for the forms that choose one."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from credit_info import selectors
from sinosure.accounts.access import access, request_actor


@access("buyers.view")
def choices(request: HttpRequest) -> JsonResponse:
    """`?q=` name, code, BIC or number: the best ten, best first."""
    rows = selectors.choices(request_actor(request), request.GET.get("q", ""))
    return JsonResponse({"results": [{"value": str(row.pk), "text": selectors.choice_text(row)} for row in rows]})
