"""A bank policy's way from the factoring agreement to the indemnity, for the bank, the seller and the staff."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from financing.factoring import flow, selectors, services
from financing.factoring.forms import FactoringForm
from sinosure.accounts.access import access
from sinosure.accounts.access import request_actor as actor_of
from sinosure.core.errors import NotAllowed
from sinosure.ui.pages import form_page, page


@access("financing.view")
def bank_policy(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    policy = selectors.policy_of(actor, pk)
    if policy is None:
        raise Http404
    context = {
        "policy": policy, "flow": flow.steps(policy, actor), "contracts": selectors.contracts(actor, policy.pk)[:50],
        "may_record": actor.is_bank and actor.can("financing.lend"),
    }  # fmt: skip
    return page(request, "financing/bank_policy.html", context)


@access("financing.lend")
def factoring_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    actor = actor_of(request)
    if not actor.is_bank:
        raise NotAllowed()
    policy = get_object_or_404(selectors.bank_policies(actor), pk=pk)
    here = reverse("financing:bank-policy", args=[pk])
    context = {
        "title": _("Record a factoring agreement"), "sub": str(policy), "verb": _("Record"), "cancel_url": here,
        "intro": _("Between your bank and the exporter whose receivables it buys. The exporter sees it here if it has an account."),
    }  # fmt: skip
    return form_page(
        request, "components/form_page.html", FactoringForm(request.POST or None),
        lambda data: services.record(actor=actor, policy_id=pk, **data), lambda _row: here,
        message=_("The factoring agreement is recorded."), context=context,
    )  # fmt: skip
