"""The list of clocks and the page that explains one of them day by day."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sinosure.accounts.access import SIGNED_IN, access
from sinosure.deadlines import selectors
from sinosure.deadlines.forms import FilterForm
from sinosure.ui.export import Column, export, wants_export
from sinosure.ui.pages import page
from sinosure.ui.paging import keyset_page
from sinosure.ui.parts import tabs

SCOPES = (("", _("To be done")), ("customers", _("Of our customers")), ("settled", _("Settled")))


@access(SIGNED_IN)
def deadline_list(request: HttpRequest) -> HttpResponseBase:
    scope = request.GET.get("scope", "")
    form = FilterForm(request.GET or None)
    rows = selectors.listed(request.actor, scope, **form.chosen())
    if wants_export(request):
        return export(request, rows.select_related("policyholder"), _columns(), "deadlines")
    shown = keyset_page(rows.select_related("policyholder"), request, order=selectors.order_of(scope))
    choices = [choice for choice in SCOPES if choice[0] != "customers" or selectors.sees_customers(request.actor)]
    context = {
        "page": shown, "rows": [selectors.listed_row(row) for row in shown], "filters": form,
        "tabs": tabs(request, "scope", choices), "alarm": selectors.calendar_alarm(request.actor),
        "with_customer": request.actor.is_insurer,
    }  # fmt: skip
    return page(request, "deadlines/list.html", context)


def _columns() -> list[Column]:
    return [
        Column(_("To do"), selectors.title_of),
        Column(_("Customer"), "policyholder.name"),
        Column(_("Starts"), "starts_on", "date"),
        Column(_("File by"), "nominal_due", "date"),
        Column(_("Last valid day"), "legal_due", "date"),
        Column(_("State"), "get_state_display"),
        Column(_("Money at risk"), "amount_at_risk", "amount", currency="currency"),
    ]


@access(SIGNED_IN)
def deadline_detail(request: HttpRequest, pk: int) -> HttpResponse:
    deadline = get_object_or_404(selectors.visible(request.actor), pk=pk)
    explained = selectors.explain(deadline)
    context: dict[str, Any] = {
        "deadline": deadline, "explained": explained, "title": selectors.title_of(deadline),
        "url": selectors.url_of(deadline), "at_risk": selectors.at_risk(deadline),
        "is_own": selectors.is_own(request.actor, deadline),
    }  # fmt: skip
    return page(request, "deadlines/detail.html", context)


@access(SIGNED_IN)
def deadline_like(request: HttpRequest, pk: int) -> HttpResponse:
    """From a message about many clocks to the list of them."""
    deadline = get_object_or_404(selectors.visible(request.actor), pk=pk)
    return HttpResponseRedirect(f"{reverse('deadlines:list')}?{urlencode({'kind': deadline.kind})}")
