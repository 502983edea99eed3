"""Notices of cover: the list, one of them with its versions, and asking for one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from financing import pages
from financing.cover_notices import letters, selectors, services
from financing.forms import NoticeForm, notice_filters
from financing.models import CoverNotice, Loan
from sinosure.accounts.access import access
from sinosure.accounts.access import request_actor as actor_of
from sinosure.accounts.actor import Actor
from sinosure.core.errors import DomainError
from sinosure.core.money import Money
from sinosure.ui.chips import tone_and_label
from sinosure.ui.export import Column, export, wants_export
from sinosure.ui.pages import form_page, page
from sinosure.ui.paging import keyset_page


@access("financing.view")
def notice_list(request: HttpRequest) -> HttpResponseBase:
    actor, form = actor_of(request), notice_filters(request.GET)
    rows = selectors.listed(actor, **form.chosen())
    if wants_export(request):
        return export(request, rows, _columns(), "notices-of-cover")
    context = {
        "page": keyset_page(rows, request), "filters": form, "tabs": pages.tabs("notices", actor),
        "may_ask": actor.can("financing.notice"),
    }  # fmt: skip
    return page(request, "financing/notices.html", context)


def _columns() -> list[Column]:
    return [
        Column(_("Notice of cover"), "number"),
        Column(_("Invoice"), "shipment.invoice_no"),
        Column(_("Exporter"), "policyholder.name"),
        Column(_("Bank"), "bank.name"),
        Column(_("Covered"), "covered", "amount", currency="shipment.policy.currency"),
        Column(_("State"), "get_state_display"),
    ]


@access("financing.view")
def notice_detail(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    row: CoverNotice = get_object_or_404(selectors.notices(actor), pk=pk)
    versions = list(selectors.notices(actor).filter(shipment=row.shipment_id, bank=row.bank_id).order_by("-version"))
    context = {
        "notice": row, "versions": versions, "facts": _facts(row), "newest": versions[0], "document": letters.document_of(row),
        "loans": Loan.objects.visible_to(actor).filter(shipment=row.shipment_id, bank=row.bank_id).order_by("-id")[:10],
        "state_tone": tone_and_label(row, "state")[0], "reasons": services.in_words(row.reasons),
    }  # fmt: skip
    return page(request, "financing/notice.html", context)


def _facts(row: CoverNotice) -> list[tuple[Any, Any]]:
    shipment, own = row.shipment, row.shipment.policy.currency
    return [
        (_("Exporter"), row.policyholder.name),
        (_("Bank"), row.bank.name),
        (_("Agreement"), row.agreement.number),
        (_("Who owes"), shipment.obligor.name),
        (_("Invoice"), shipment.invoice_no),
        (_("Invoice amount"), Money(shipment.amount, shipment.currency)),
        (_("Open on the invoice"), Money(row.open_amount, shipment.currency)),
        (_("Limit"), Money(row.limit_amount, own)),
        (_("Covered"), Money(row.covered, own)),
        (_("Shipped on"), shipment.shipped_on),
        (_("Due date"), shipment.due_on),
        (_("Why it was written"), row.get_cause_display()),
    ]


@access("financing.notice")
def notice_new(request: HttpRequest) -> HttpResponseBase:
    """The exporter or the bank asks for one on a declared shipment."""
    actor = actor_of(request)
    form = NoticeForm(request.POST or None, initial={"invoice_no": request.GET.get("invoice", "")[:60]})
    context = {
        "title": _("Ask for a notice of cover"), "verb": _("Ask for it"), "cancel_url": reverse("financing:notice-list"),
        "intro": _("The insurer states the cover of one shipment as it is now. The bank is told when it changes or ends."),
    }  # fmt: skip
    return form_page(
        request, "components/form_page.html", form, lambda data: _ask(actor, data["invoice_no"]),
        lambda row: reverse("financing:notice-detail", args=[row.pk]), message=_("The notice of cover is issued."),
        context=context,
    )  # fmt: skip


def _ask(actor: Actor, invoice_no: str) -> CoverNotice:
    shipment = selectors.shipment_of(actor, invoice_no)
    if shipment is None:
        message = _("No declared shipment that you may see has this invoice number.")
        raise DomainError("unknown_invoice", message, field="invoice_no")
    return services.issue(actor=actor, shipment_id=shipment.pk)
