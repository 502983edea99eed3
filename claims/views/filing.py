"""The exporter draws up a claim, attaches the papers and files it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from claims import complying, filing, letters
from claims.checklist import LABELS
from claims.forms import DraftForm, UploadForm
from claims.models import Claim, ClaimState, LossNotice
from claims.receivables import receivables_of
from claims.views.shared import claim_or_404, claim_url
from credit_info.models import Obligor
from policies.models import Policy
from sinosure.accounts.access import access
from sinosure.core.money import Money
from sinosure.documents.models import Document
from sinosure.ui.pages import act, confirm_page, confirmation, form_page
from sinosure.ui.parts import RailStep


def _edit_url(claim: Claim) -> str:
    name = "claims:claim-edit" if claim.state == ClaimState.DRAFT else "claims:claim-detail"
    return reverse(name, args=[claim.pk])


@access("claims.file")
@require_http_methods(["GET", "POST"])
def claim_start(request: HttpRequest, notice_id: int) -> HttpResponseBase:
    """Start from a loss notice; what is open already is opened."""
    notice = get_object_or_404(LossNotice.objects.held_by(request.actor).select_related("obligor"), pk=notice_id)
    open_claim = Claim.objects.held_by(request.actor).filter(notice=notice).order_by("-id").first()
    if open_claim is not None:
        return redirect(_edit_url(open_claim))
    if request.method == "POST":
        service = filing.start
        return act(request, None, lambda: service(actor=request.actor, notice_id=notice.pk), _edit_url)
    facts = [
        (_("Loss notice"), notice.number), (_("Buyer"), notice.obligor.name),
        (_("Cause of loss"), notice.get_risk_display()), (_("Amount notified"), Money(notice.amount, notice.currency)),
    ]  # fmt: skip
    return confirm_page(
        request, title=_("Start a claim"), facts=facts, verb=_("Start the claim"),
        text=_("The claim is filled in from the notice and your declarations. You check it, attach the papers and file it."),
        cancel_url=reverse("claims:claim-list"),
    )  # fmt: skip


@access("claims.file")
@require_http_methods(["GET", "POST"])
def claim_start_overdue(request: HttpRequest, policy_id: int, obligor_id: int) -> HttpResponseBase:
    """Start from the overdue page. Where the policy asks for a notice, it is asked for first."""
    policy = get_object_or_404(Policy.objects.held_by(request.actor), pk=policy_id)
    obligor = get_object_or_404(Obligor.objects.visible_to(request.actor), pk=obligor_id)
    if request.method == "POST":
        return act(
            request, None,
            lambda: filing.start_without_notice(actor=request.actor, policy_id=policy.pk, obligor_id=obligor.pk), _edit_url,
        )  # fmt: skip
    return confirm_page(
        request, title=_("Start a claim"), verb=_("Start the claim"), cancel_url=reverse("claims:claim-list"),
        facts=[(_("Policy"), str(policy)), (_("Buyer"), obligor.name)],
        text=_("The claim is filled in from your overdue invoices on this buyer."),
    )  # fmt: skip


@access("claims.file")
@require_http_methods(["GET", "POST"])
def claim_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    claim = claim_or_404(request, pk)
    form = DraftForm(request.POST or None, claim=claim, shipments=filing.claimable(claim), initial=_initial(claim))
    return form_page(
        request, "claims/edit.html", form, lambda data: _update(request, claim, data), claim_url(claim.pk),
        context={"claim": claim}, message=_("The draft is saved. Attach the papers next."),
    )  # fmt: skip


def _initial(claim: Claim) -> dict[str, Any]:
    complied = {True: "yes", False: "no", None: ""}[claim.lc_documents_complied]
    return {
        "cause": claim.cause, "occurred_on": claim.occurred_on, "statement": claim.statement,
        "shipments": [str(pk) for pk in claim.lines.values_list("shipment_id", flat=True)],
        "lc_documents_complied": complied, "lc_discrepancies": complying.discrepancies_of(claim),
    }  # fmt: skip


def _update(request: HttpRequest, claim: Claim, data: dict[str, Any]) -> Claim:
    return filing.update(
        actor=request.actor, claim_id=claim.pk, cause=data["cause"], occurred_on=data["occurred_on"],
        statement=data["statement"], shipment_ids=[int(pk) for pk in data.get("shipments", ())],
        lc_documents_complied=data.get("lc_documents_complied"),
        lc_discrepancies=data.get("lc_discrepancies") or "",
    )  # fmt: skip


@access("claims.file")
@require_http_methods(["GET", "POST"])
def claim_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Check everything once more, then file."""
    claim = claim_or_404(request, pk)
    if request.method == "POST":
        done = reverse("claims:claim-filed", args=[claim.pk])
        return act(request, None, lambda: filing.file(actor=request.actor, claim_id=claim.pk), done)
    return confirm_page(
        request, title=_("Check and file the claim"), text=_warning(claim), facts=_answers(claim),
        verb=_("File the claim now"), cancel_url=claim_url(claim.pk),
    )  # fmt: skip


def _warning(claim: Claim) -> str:
    missing = [LABELS[item.code] for item in claim.checklist.all() if item.is_required and item.state == "MISSING"]
    if not missing:
        return _("All required papers are attached.")
    text = _("Still missing: %(papers)s. You may file now to keep the date and add them afterwards.")
    return text % {"papers": "; ".join(str(label) for label in missing)}


def _answers(claim: Claim) -> list[tuple[Any, Any]]:
    rows = [(_("Buyer"), claim.obligor.name), (_("Cause of loss"), claim.get_cause_display())]
    rows += [(_("Happened on"), claim.occurred_on), (_("What happened"), claim.statement)]  # type: ignore[list-item]
    if claim.lc_documents_complied is not None:
        rows.append((_("The documents presented complied"), claim.lc_documents_complied))  # type: ignore[arg-type]
    if complying.discrepancies_of(claim):
        rows.append((_("Discrepancies that the bank named"), complying.discrepancies_of(claim)))
    lines = claim.lines.select_related("shipment").order_by("shipment__due_on")
    named: list[tuple[Any, Any]] = [
        (_("Invoice %(number)s") % {"number": line.shipment.invoice_no}, Money(line.claimed, line.currency))
        for line in lines
    ]
    if claim.production is not None:
        named = [
            (
                _("Contract %(number)s, direct costs") % {"number": claim.production.contract_no},
                Money(claim.claimed, claim.currency),
            )
        ]
    unpaid = [r.shipment.invoice_no for r in receivables_of(claim) if r.is_claimed and r.finding == "PREMIUM_UNPAID"]
    if unpaid:
        named.append((_("Premium overdue, the claim is blocked until it is paid"), ", ".join(unpaid)))
    return [*rows, *named, (_("Claimed in all"), Money(claim.claimed, claim.currency))]


@access("claims.file")
def claim_filed(request: HttpRequest, pk: int) -> HttpResponse:
    """Proof of filing: number, the server's time, what happens next, 索赔申请书 as PDF."""
    claim = claim_or_404(request, pk)
    if claim.filed_at is None:
        return redirect(claim_url(claim.pk))
    form = Document.objects.visible_to(request.actor).of(claim).filter(kind=letters.CLAIM_FORM).first()
    steps = [
        RailStep(_("Claim filed"), "done", claim.filed_at),
        RailStep(_("An officer checks the papers"), "now", who=_("the claims officer")),
        RailStep(_("One list of what is missing, if anything")), RailStep(_("Acceptance, investigation and adjustment")),
        RailStep(_("Decision and indemnity notice")),
    ]  # fmt: skip
    return confirmation(
        request, title=_("Your claim was filed"), number=claim.number, at=claim.filed_at, next_steps=steps,
        receipt_url=reverse("documents:download", args=[form.pk]) if form else "",
        facts=[(_("Claimed"), Money(claim.claimed, claim.currency)), (_("Buyer"), claim.obligor.name)],
        links=[(_("Open the claim"), claim_url(claim.pk))],
    )  # fmt: skip


@access("claims.file")
@require_http_methods(["GET", "POST"])
def paper_upload(request: HttpRequest, pk: int, item_id: int) -> HttpResponseBase:
    """Attach a file to one paper; also the page without JavaScript and after a refused file."""
    claim = claim_or_404(request, pk)
    item = get_object_or_404(claim.checklist, pk=item_id)
    form = UploadForm(request.POST or None, request.FILES or None)
    return form_page(
        request, "components/form_page.html", form,
        lambda data: filing.provide(actor=request.actor, claim_id=claim.pk, item_id=item.pk, upload=data["file"]),
        f"{claim_url(claim.pk)}#papers", message=_("The file is attached."),
        context={"title": LABELS[item.code], "sub": claim.number, "verb": _("Attach"), "cancel_url": claim_url(claim.pk)},
    )  # fmt: skip


@access("claims.file")
@require_POST
def paper_drop(request: HttpRequest, pk: int, item_id: int) -> HttpResponseBase:
    """This paper does not apply here."""
    claim = claim_or_404(request, pk)
    item = get_object_or_404(claim.checklist, pk=item_id)
    return act(
        request, None, lambda: filing.mark_not_applicable(actor=request.actor, claim_id=claim.pk, item_id=item.pk),
        f"{claim_url(claim.pk)}#papers",
    )  # fmt: skip
