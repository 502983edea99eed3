"""A bank applies for a policy of its own: which of its two products, then the proposal."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from policies import selectors, services
from policies.forms import ApplicationForm
from policies.models import Policy, Product
from policies.products import Offer, bought_by
from policies.views.exporter import application_page
from sinosure.accounts.access import access
from sinosure.accounts.actor import Actor
from sinosure.ui.pages import page

ABOUT: dict[str, Any] = {
    Product.BANK: _(
        "For receivables that you buy from exporters in export factoring. The debtor is the buyer, or under an L/C its bank."
    ),
    Product.FORFAITING: _(
        "For claims not yet due that you buy without recourse. The debtor is a bank: it issued, pays or accepted."
    ),
}


def _offers(request: HttpRequest) -> list[Offer]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.is_bank:
        raise Http404
    return bought_by(actor.kind)


@access("policies.apply")
def bank_choice(request: HttpRequest) -> HttpResponse:
    """The two products of a bank, with what each is for."""
    cards = [
        {"label": offer.label, "about": ABOUT[offer.product], "url": reverse("policies:bank-new", args=[offer.product])}
        for offer in _offers(request)
    ]
    return page(request, "policies/bank/choice.html", {"cards": cards})


@access("policies.apply")
def bank_new(request: HttpRequest, product: str) -> HttpResponseBase:
    """The proposal of one product; the first “save” makes the draft."""
    if product not in {offer.product for offer in _offers(request)}:
        raise Http404
    actor: Actor = request.actor  # type: ignore[attr-defined]
    as_draft = "save" in request.POST
    form = ApplicationForm(request.POST or None, draft=as_draft, product=product, initial=selectors.prefilled(actor))

    def create(data: dict[str, Any]) -> Policy:
        draft = services.create_draft(actor=actor, proposal=form.proposal(), product=product)
        return draft if as_draft else services.submit(actor=actor, policy_id=draft.pk)

    return application_page(request, form, create, as_draft, None, product)
