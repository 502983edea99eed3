"""Pages of the staff: files of trade records, and contacts of a buyer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from credit_info.models import Obligor, TradeFault, TradeImport
from credit_info.navigator import contacts, importing
from credit_info.navigator.forms import ContactForm, TradeImportForm
from sinosure.accounts.access import access, request_actor
from sinosure.ui.export import Column, export, wants_export
from sinosure.ui.pages import FORM_PAGE, form_page, page
from sinosure.ui.paging import keyset_page

FAULT_ORDER = ("row_no", "id")


@access("trade.import")
def import_list(request: HttpRequest) -> HttpResponseBase:
    rows = TradeImport.objects.visible_to(request_actor(request)).select_related("taken_by")
    return page(request, "credit_info/navigator/imports.html", {"page": keyset_page(rows, request)})


@access("trade.import")
def import_new(request: HttpRequest) -> HttpResponseBase:
    form = TradeImportForm(request.POST or None, request.FILES or None)
    context = {
        "title": _("Take in trade records"),
        "verb": _("Take in"),
        "cancel_url": reverse("credit_info:trade-import-list"),
    }
    return form_page(
        request, FORM_PAGE, form, lambda data: _take_in(request, **data),
        lambda row: reverse("credit_info:trade-import-detail", args=[row.pk]), context=context,
    )  # fmt: skip


def _take_in(request: HttpRequest, file: Any, **data: Any) -> TradeImport:
    return importing.take_in(actor=request_actor(request), upload=file, file_name=file.name, **data)


@access("trade.import")
def import_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    batch = get_object_or_404(TradeImport.objects.visible_to(request_actor(request)), pk=pk)
    faults = TradeFault.objects.visible_to(request_actor(request)).filter(batch=batch)
    if wants_export(request):
        return export(request, faults.order_by(*FAULT_ORDER), _fault_columns(), f"faults-{batch.pk}")
    facts = [
        (_("Source"), batch.source), (_("Rows"), batch.rows), (_("Added"), batch.added), (_("Replaced"), batch.replaced),
        (_("Known already"), batch.known), (_("Refused"), batch.refused),
    ]  # fmt: skip
    context = {"batch": batch, "facts_list": facts, "page": keyset_page(faults, request, order=FAULT_ORDER)}
    return page(request, "credit_info/navigator/import.html", context)


def _fault_columns() -> list[Column]:
    return [
        Column(_("Row"), "row_no", "number"), Column(_("Column"), "column"), Column(_("Fault"), "code"), Column(_("Value"), "value"),
        Column(_("Reason in Chinese"), lambda row: _reason(row, "zh-hans")), Column(_("Reason in English"), lambda row: _reason(row, "en")),
    ]  # fmt: skip


def _reason(row: TradeFault, language: str) -> str:
    with override(language):
        return row.reason


@access("buyers.edit")
def contact_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    obligor = get_object_or_404(Obligor.objects.visible_to(request_actor(request)), pk=pk)
    url = reverse("credit_info:trade-buyer", args=[pk])
    form = ContactForm(request.POST or None)
    context = {"title": _("Add a contact"), "sub": obligor.name, "verb": _("Add"), "cancel_url": url}
    return form_page(
        request, FORM_PAGE, form, lambda data: contacts.add(actor=request_actor(request), obligor_id=pk, **data),
        url, message=_("The contact is added."), context=context,
    )  # fmt: skip
