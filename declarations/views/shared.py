"""What the pages of this app share: a row or 404, addresses, a reason asked for first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from declarations import selectors
from declarations.forms import ReasonForm
from declarations.models import Shipment
from sinosure.accounts.access import request_actor as actor_of
from sinosure.ui.pages import confirm_page, form_page

__all__ = ["actor_of", "ask_reason", "confirm_page", "line_or_404", "line_url"]


def line_or_404(request: HttpRequest, pk: int) -> Shipment:
    """A line the actor may see, with what its page shows."""
    rows = selectors.shipments(actor_of(request)).select_related(
        "obligor__country", "policyholder", "policy", "limit", "destination", "premium_notice", "financing_bank",
        "replaces", "batch",  "buyer",
    )  # fmt: skip
    return get_object_or_404(rows, pk=pk)


def line_url(shipment: Shipment) -> str:
    return reverse("declarations:detail", args=[shipment.pk])


def ask_reason(
    request: HttpRequest, shipment: Shipment, deed: Callable[..., Any], *, title: Any, verb: Any, label: Any = None,
    required: bool = True, message: Any = None, form: ReasonForm | None = None, intro: Any = "",
) -> HttpResponseBase:  # fmt: skip
    """A page that asks for the reason, then does the deed and goes back to the line."""
    form = form or ReasonForm(request.POST or None, label=label, required=required)
    context = {
        "title": title, "verb": verb, "sub": f"{shipment.declaration_no} · {shipment.invoice_no}", "intro": intro,
        "cancel_url": line_url(shipment),
    }  # fmt: skip
    return form_page(
        request,
        "components/form_page.html",
        form,
        lambda data: deed(data),
        lambda row: line_url(row),
        message=message,
        context=context,
    )
