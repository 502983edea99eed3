"""What the views of claims share: fetch in scope, a bare deed as a button, a deed that asks for words first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from claims.models import Claim
from sinosure.accounts.access import access
from sinosure.ui.forms import Form
from sinosure.ui.pages import FORM_PAGE, act, form_page

View = Callable[..., HttpResponseBase]


def claim_or_404(request: HttpRequest, pk: int) -> Claim:
    rows = Claim.objects.visible_to(request.actor).select_related(
        "policy__office", "policyholder", "obligor__country", "notice", "officer", "waiting_waived_by"
    )
    found: Claim = get_object_or_404(rows, pk=pk)
    return found


def claim_url(claim_id: int) -> str:
    return reverse("claims:claim-detail", args=[claim_id])


def deed(capability: str, service: Callable[..., Any], message: Any, where: Callable[[int], str] = claim_url) -> View:
    """A view behind a button: POST runs `service(actor=, claim_id=)` and goes back to the claim."""

    @access(capability)
    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        claim = claim_or_404(request, pk)
        return act(request, None, lambda: service(actor=request.actor, claim_id=claim.pk), where(claim.pk), message)

    return view


def asking(
    capability: str, service: Callable[..., Any], form_class: type[Form], title: Any, verb: Any, message: Any,
    *, intro: Any = "", needs_claim: bool = False, where: Callable[[int], str] = claim_url,
) -> View:  # fmt: skip
    """A view that asks for a reason or more before the deed; the fields become arguments of the service."""

    @access(capability)
    @require_http_methods(["GET", "POST"])
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        claim = claim_or_404(request, pk)
        named = {"claim": claim} if needs_claim else {}
        form = form_class(request.POST or None, request.FILES or None, **named)
        context = {
            "title": title, "verb": verb, "intro": intro, "sub": f"{claim.number} · {claim.obligor.name}",
            "cancel_url": where(claim.pk),
        }  # fmt: skip
        return form_page(
            request, FORM_PAGE, form, lambda data: service(actor=request.actor, claim_id=claim.pk, **data),
            where(claim.pk), message=message, context=context,
        )  # fmt: skip

    return view
