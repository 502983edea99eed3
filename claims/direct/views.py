"""Claim directly: one page from home, then the receipt."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from claims.direct.forms import DirectClaimForm
from claims.direct.services import file_directly
from claims.models import Claim
from policies.micro.selectors import claimable
from sinosure.accounts.access import access, request_actor
from sinosure.ui.pages import form_page, page


@access("claims.file")
def direct_claim(request: HttpRequest) -> HttpResponseBase:
    """File a claim under a micro policy without a notice."""
    actor = request_actor(request)
    if not claimable(actor).exists():
        return page(request, "claims/direct/none.html")
    form = DirectClaimForm(request.POST or None, actor=actor)

    def deed(_data: dict[str, Any]) -> Claim:
        return file_directly(actor=actor, request=form.claim())

    return form_page(
        request, "claims/direct/new.html", form, deed, lambda claim: reverse("claims:claim-detail", args=[claim.pk]),
        message=_("The claim is filed. Attach the papers of the list below."),
    )  # fmt: skip
