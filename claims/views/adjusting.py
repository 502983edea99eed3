"""The loss worksheet: live figures, saved versions, and the opinion proposed on it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from claims import adjustment, decision
from claims.forms import OpinionForm
from claims.models import Claim, ClaimState
from claims.receivables import receivables_of
from claims.showing import steps_shown
from claims.views.shared import claim_or_404, claim_url
from claims.worksheet import Sheet, breach_of
from claims.worksheet_form import WorksheetForm
from sinosure.accounts.access import access
from sinosure.core.errors import DomainError
from sinosure.ui.pages import act, page


def worksheet_url(claim: Claim) -> str:
    return reverse("claims:worksheet", args=[claim.pk])


def _form(request: HttpRequest, claim: Claim) -> WorksheetForm:
    return WorksheetForm(
        request.POST if request.method == "POST" else None, receivables=receivables_of(claim),
        entries=adjustment.latest_entries(claim), breach=breach_of(claim), currency=claim.currency,
        consents=adjustment.consents_of(claim),
    )  # fmt: skip


def _may_edit(request: HttpRequest, claim: Claim) -> bool:
    return claim.state == ClaimState.LOSS_ADJUSTMENT and request.actor.can("claims.adjust")


@access("claims.view")
@require_http_methods(["GET", "POST"])
def worksheet(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Facts in, figures out. “Recalculate” shows, “Save” keeps a new version. The insurer's own page."""
    claim = own_page(request, pk)
    form = _form(request, claim)
    saves = request.method == "POST" and request.POST.get("_go") != "recalculate"
    if saves:
        answer = act(
            request, form, lambda _data: adjustment.save(actor=request.actor, claim_id=claim.pk, entries=form.entries()),
            worksheet_url(claim), _("The worksheet is saved as a new version."),
        )  # fmt: skip
        if answer is not None:
            return answer
    return page(request, "claims/worksheet.html", _context(request, claim, form), form)


def own_page(request: HttpRequest, pk: int) -> Claim:
    """A claim on a page of the insurer; for everybody else the page does not exist."""
    claim = claim_or_404(request, pk)
    if not request.actor.is_insurer:
        raise Http404
    return claim


def _context(request: HttpRequest, claim: Claim, form: WorksheetForm) -> dict[str, Any]:
    may_edit = _may_edit(request, claim)
    versions = list(claim.worksheets.select_related("adjuster").order_by("-version"))
    return {
        "claim": claim, "may_edit": may_edit, "versions": versions, "latest": versions[0] if versions else None,
        "opinion_form": OpinionForm() if may_edit and versions else None, "breach": form.breach,
        **_figures(request, claim, form),
    }  # fmt: skip


def _figures(request: HttpRequest, claim: Claim, form: WorksheetForm) -> dict[str, Any]:
    """The worked-out sheet, or the words that say why it cannot be worked out."""
    if form.is_bound and not form.is_valid():
        return {"refusal": _("Correct the entries that are marked, then the figures follow.")}
    entries = form.entries() if form.is_bound else adjustment.latest_entries(claim)
    try:
        sheet = adjustment.calculate(request.actor, claim, entries) if _calculates(request) else None
    except DomainError as error:
        return {"refusal": error.text}
    return {"sheet": sheet, "steps": _steps(sheet)}


def _calculates(request: HttpRequest) -> bool:
    return request.actor.can("claims.adjust") or request.actor.can("claims.decide")


def _steps(sheet: Sheet | None) -> list[Any]:
    return steps_shown(sheet.figures.steps) if sheet else []


@access("claims.adjust")
@require_POST
def worksheet_figures(request: HttpRequest, pk: int) -> HttpResponse:
    """The live figures: a pure calculation on what is in the form; writes nothing."""
    claim = own_page(request, pk)
    return page(request, "claims/_figures.html", {"claim": claim, **_figures(request, claim, _form(request, claim))})


@access("claims.view")
def worksheet_version(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    """A saved version as it was."""
    claim = own_page(request, pk)
    found = get_object_or_404(claim.worksheets.select_related("adjuster"), version=version)
    context = {"claim": claim, "version": found, "steps": steps_shown(found.result["steps"])}
    return page(request, "claims/worksheet_version.html", context)


@access("claims.adjust")
@require_POST
def claim_propose(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The opinion on the latest version; a refusal comes back on the worksheet's page."""
    claim = own_page(request, pk)
    form = OpinionForm(request.POST)
    answer = act(
        request, form, lambda data: decision.propose(actor=request.actor, claim_id=claim.pk, **data),
        claim_url(claim.pk), _("The opinion waits for the decision of a second person."),
    )  # fmt: skip
    if answer is not None:
        return answer
    sheet_form = WorksheetForm(
        None, receivables=receivables_of(claim), entries=adjustment.latest_entries(claim), breach=breach_of(claim),
        currency=claim.currency, consents=adjustment.consents_of(claim),
    )  # fmt: skip
    context = {**_context(request, claim, sheet_form), "opinion_form": form, "form": sheet_form}
    return _with_status(page(request, "claims/worksheet.html", context), form.http_status)


def _with_status(response: HttpResponse, status: int) -> HttpResponse:
    response.status_code = status
    return response
