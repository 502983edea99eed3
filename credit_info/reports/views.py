"""Order a report, follow it, read it; the analyst takes and delivers it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from credit_info.models import Obligor
from credit_info.reports import letters, selectors, services
from credit_info.reports.forms import LABELS, DeliverForm, OrderForm
from credit_info.reports.lifecycle import REPORT_ORDER
from credit_info.reports.models import OrderState, ReportOrder, Service
from sinosure.accounts.access import PUBLIC, access, request_actor
from sinosure.core.money import Money
from sinosure.documents.models import Document
from sinosure.ui.actions import buttons
from sinosure.ui.pages import FORM_PAGE, act, form_page, page
from sinosure.ui.paging import keyset_page
from sinosure.ui.parts import RailStep

ANALYST = _("Credit analyst")


@access("buyers.view")
def order_list(request: HttpRequest) -> HttpResponse:
    actor = request_actor(request)
    context = {
        "page": keyset_page(selectors.orders(actor), request), "may_order": actor.can("reports.order"),
        "offers": [(Service(code).label, Money(price, "CNY"), days) for code, (price, days) in services.OFFERS.items()],
    }  # fmt: skip
    return page(request, "credit_info/reports/list.html", context)


@access("reports.order")
def order_new(request: HttpRequest) -> HttpResponseBase:
    known = Obligor.objects.visible_to(request_actor(request)).filter(code=request.GET.get("company", "")).first()
    form = OrderForm(request.POST or None, initial={"service": Service.COMPANY, "obligor": known})
    context = {
        "title": _("Order a report"),
        "verb": _("Order the report"),
        "cancel_url": reverse("credit_info:report-list"),
    }
    if known:
        context["sub"] = known.name
    return form_page(
        request, FORM_PAGE, form, lambda typed: services.order(actor=request_actor(request), **typed), _url,
        check=True, preview=_offer, message=_("The report is ordered."), context=context,
    )  # fmt: skip


def _offer(typed: dict[str, Any]) -> dict[str, Any]:
    price, days = services.OFFERS[typed["service"]]
    return {"facts": [(_("Price"), Money(price, "CNY")), (_("Working days until delivery"), days)]}


@access("buyers.view")
def order_detail(request: HttpRequest, pk: int) -> HttpResponse:
    actor = request_actor(request)
    row = get_object_or_404(selectors.orders(actor), pk=pk)
    moves = REPORT_ORDER.available(row, actor)
    context = {
        "order": row, "rail": _rail(row), "buttons": buttons(moves, "credit_info:report-{action}", row.pk, ask=("deliver",)),
        "findings": [(LABELS[part], row.findings[part]) for part in services.PARTS if part in row.findings],
        "letter": Document.objects.visible_to(actor).filter(kind=letters.REPORT, number=row.number).first(),
    }  # fmt: skip
    return page(request, "credit_info/reports/detail.html", context)


def _rail(row: ReportOrder) -> list[RailStep]:
    """Ordered, taken up, delivered; a cancelled order ends there."""
    ordered = RailStep(_("Ordered"), "done", on=row.ordered_at)
    if row.state == OrderState.CANCELLED:
        return [ordered, RailStep(OrderState.CANCELLED.label, "now")]
    if row.state == OrderState.ORDERED:
        return [ordered, RailStep(_("Taken up"), "now", who=ANALYST), RailStep(_("Delivered"), on=row.promised_on)]
    taken = RailStep(_("Taken up"), "done")
    if row.state == OrderState.DELIVERED:
        return [ordered, taken, RailStep(_("Delivered"), "done", on=row.delivered_at)]
    return [ordered, taken, RailStep(_("Delivered"), "now", on=row.promised_on, who=ANALYST)]


@access("reports.write")
@require_POST
def order_take(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _move(request, pk, services.take)


@access("reports.order")
@require_POST
def order_cancel(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _move(request, pk, services.cancel)


def _move(request: HttpRequest, pk: int, deed: Any) -> HttpResponseBase:
    actor = request_actor(request)
    row = get_object_or_404(selectors.orders(actor), pk=pk)
    return act(request, None, lambda: deed(actor=actor, order_id=pk), _url(row))


@access("reports.write")
def order_deliver(request: HttpRequest, pk: int) -> HttpResponseBase:
    actor = request_actor(request)
    row = get_object_or_404(selectors.orders(actor), pk=pk)
    form = DeliverForm(request.POST or None)
    context = {"title": _("Deliver the report"), "sub": row.number, "verb": _("Deliver"), "cancel_url": _url(row)}
    return form_page(
        request, FORM_PAGE, form, lambda typed: services.deliver(actor=actor, order_id=pk, **typed), _url, check=True,
        message=_("The report is delivered; the customer is told."), context=context,
    )  # fmt: skip


@access(PUBLIC)
def sample(request: HttpRequest) -> HttpResponse:
    """What a report looks like."""
    answer = HttpResponse(letters.sample_pdf(), content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="credit-report-sample.pdf"'
    return answer


def _url(row: ReportOrder) -> str:
    return reverse("credit_info:report-detail", args=[row.pk])
