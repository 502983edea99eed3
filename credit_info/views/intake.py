"""Files of companies for the register, and pairs that may be one company."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from credit_info import importing, merging
from credit_info.forms import ImportForm
from credit_info.models import MergeState, MergeSuggestion, RegisterImport
from sinosure.accounts.access import access, request_actor
from sinosure.core import clock
from sinosure.ui.pages import act, form_page, page
from sinosure.ui.paging import keyset_page

FAULTS_SHOWN = 500


@access("buyers.edit")
def import_list(request: HttpRequest) -> HttpResponse:
    rows = RegisterImport.objects.visible_to(request_actor(request)).select_related("taken_by")
    return page(request, "credit_info/imports.html", {"page": keyset_page(rows, request)})


@access("buyers.edit")
def import_new(request: HttpRequest) -> HttpResponseBase:
    form = ImportForm(request.POST or None, request.FILES or None, initial={"known_on": clock.today()})
    context = {
        "title": _("Take in a file of companies"),
        "verb": _("Take in"),
        "cancel_url": reverse("credit_info:import-list"),
    }
    return form_page(
        request, "components/form_page.html", form,
        lambda data: importing.take_in(
            actor=request_actor(request), upload=data["file"], file_name=data["file"].name, source=data["source"], known_on=data["known_on"]
        ),
        lambda row: reverse("credit_info:import-detail", args=[row.pk]), context=context,
    )  # fmt: skip


@access("buyers.edit")
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(RegisterImport.objects.visible_to(request_actor(request)), pk=pk)
    facts = [
        (_("Source"), batch.source), (_("As of"), batch.known_on), (_("Rows"), batch.rows), (_("Added"), batch.added),
        (_("Known already"), batch.known), (_("Refused"), batch.refused), (_("Possible doubles"), batch.doubles),
    ]  # fmt: skip
    return page(
        request,
        "credit_info/import.html",
        {"batch": batch, "facts_list": facts, "faults": batch.faults.all()[:FAULTS_SHOWN]},
    )


@access("buyers.edit")
def doubles(request: HttpRequest) -> HttpResponse:
    rows = MergeSuggestion.objects.visible_to(request_actor(request)).filter(state=MergeState.OPEN)
    rows = rows.select_related("kept__country", "double__country")
    return page(request, "credit_info/doubles.html", {"page": keyset_page(rows, request, order=("-likeness", "-id"))})


@access("buyers.edit")
@require_POST
def double_one(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _judge(request, pk, are_one=True)


@access("buyers.edit")
@require_POST
def double_apart(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _judge(request, pk, are_one=False)


def _judge(request: HttpRequest, pk: int, *, are_one: bool) -> HttpResponseBase:
    get_object_or_404(MergeSuggestion.objects.visible_to(request_actor(request)), pk=pk)
    answered = act(
        request, None, lambda: merging.judge(actor=request_actor(request), suggestion_id=pk, are_one=are_one),
        reverse("credit_info:doubles"), message=_("They are one company now.") if are_one else _("They stay two companies."),
    )  # fmt: skip
    assert answered is not None
    return answered
