"""我的客户: the list of the firm, favourites, and the check of a pasted list."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from credit_info.customers import batch, selectors, services
from credit_info.customers.forms import BatchForm
from credit_info.models import Obligor
from sinosure.accounts.access import access, request_actor
from sinosure.accounts.actor import Actor
from sinosure.core.errors import DomainError
from sinosure.ui.pages import act, page
from sinosure.ui.parts import tabs


def _firm(request: HttpRequest) -> Actor:
    """Customers are a firm's; the staff have the register."""
    actor = request_actor(request)
    if actor.is_insurer:
        raise Http404
    return actor


@access("buyers.view")
def customer_list(request: HttpRequest) -> HttpResponseBase:
    """Favourites, partners and warnings, with the next action of each warning."""
    found = selectors.customers(_firm(request))
    kind = request.GET.get("kind", "")
    choices = [(name, label, sum(one.is_kind(name) for one in found)) for name, label in selectors.KINDS]
    context = {
        "rows": [one for one in found if one.is_kind(kind)], "tabs": tabs(request, "kind", choices),
        "may_apply": request_actor(request).can("limits.apply"),
    }  # fmt: skip
    return page(request, "credit_info/customers.html", context)


@access("buyers.view")
def customer_check(request: HttpRequest) -> HttpResponseBase:
    """Each line of the list with its best match; nothing of the list is kept."""
    form = BatchForm(request.POST or None, request.FILES or None)
    rows: list[batch.Checked] = []
    if request.method == "POST" and form.is_valid():
        try:
            rows = batch.check(form.lines())
        except DomainError as error:
            form.add_domain_error(error)
    marked = selectors.favourites(request_actor(request))
    context: dict[str, Any] = {"rows": rows, "marked": marked, "may_mark": not request_actor(request).is_insurer}
    return page(request, "credit_info/customer_check.html", context, form)


@access("buyers.view")
@require_POST
def customer_mark(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _change(request, pk, services.mark, _("The buyer is among your favourites."))


@access("buyers.view")
@require_POST
def customer_unmark(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _change(request, pk, services.unmark, _("The buyer is taken off your favourites."))


def _change(request: HttpRequest, pk: int, deed: Any, message: Any) -> HttpResponseBase:
    actor = _firm(request)
    get_object_or_404(Obligor.objects.visible_to(actor), pk=pk)
    url = reverse("credit_info:obligor-detail", args=[pk])
    return act(request, None, lambda: deed(actor=actor, obligor_id=pk), url, message)
