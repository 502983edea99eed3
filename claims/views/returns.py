"""The four papers that come back: the insured signs or uploads, an officer verifies one by one (§6.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from claims import gate, payment, selectors
from claims.forms import CommentForm, IdentityForm, UploadForm
from claims.models import Claim, ClaimState, ItemState, Opinion, ReturnDocument, ReturnKind
from claims.views.shared import claim_or_404
from sinosure.accounts.access import access
from sinosure.core.money import Money
from sinosure.ui.pages import FORM_PAGE, act, form_page, page


@dataclass(frozen=True)
class ReturnRow:
    """One paper with its files and what the actor may do with it."""

    paper: ReturnDocument
    files: tuple[Any, ...]
    signature: Any
    can_provide: bool
    can_sign: bool
    can_verify: bool
    is_aml: bool


def returns_url(claim: Claim) -> str:
    return reverse("claims:returns", args=[claim.pk])


def _shown(request: HttpRequest, pk: int) -> tuple[Claim, Opinion]:
    claim = claim_or_404(request, pk)
    opinion = selectors.shown_opinion(request.actor, claim)
    if opinion is None or not opinion.returns.exists():
        raise Http404
    return claim, opinion


@access("claims.view")
def returns(request: HttpRequest, pk: int) -> HttpResponse:
    claim, opinion = _shown(request, pk)
    rows = _rows(request, claim)
    context = {
        "claim": claim, "opinion": opinion, "rows": rows, "amount": Money(opinion.amount, claim.currency),
        "needs_aml": gate.needs_aml(opinion), "parts": _parts(request, claim, opinion),
        "verified": sum(row.paper.state == ItemState.VERIFIED for row in rows),
    }  # fmt: skip
    return page(request, "claims/returns.html", context)


def _parts(request: HttpRequest, claim: Claim, opinion: Opinion) -> list[payment.Part]:
    """Who will be paid, as it stands: from the agreements, never typed."""
    return payment.parts_of(claim, opinion)


def _rows(request: HttpRequest, claim: Claim) -> list[ReturnRow]:
    papers = selectors.returns_of(claim)
    files = selectors.files_by_subject(request.actor, "claims.returndocument", [paper.pk for paper in papers])
    signed = selectors.signatures_of([paper.letter_id for paper in papers if paper.letter_id])
    opened = claim.state in gate.OPEN_TO_INSURED
    return [
        ReturnRow(
            paper, files.get(paper.pk, ()), signed.get(paper.letter_id or 0),
            opened and request.actor.may("claims.return_documents", claim) and paper.state != ItemState.VERIFIED,
            opened and request.actor.may("claims.sign_return", claim) and paper.letter_id is not None
            and paper.state != ItemState.VERIFIED and (paper.letter_id or 0) not in signed,
            claim.state == ClaimState.AWAITING_RECEIPT_DOCS and request.actor.can("claims.verify_return")
            and paper.state == ItemState.PROVIDED,
            paper.kind == ReturnKind.AML,
        )
        for paper in papers
    ]  # fmt: skip


def _kind_or_404(kind: str) -> str:
    if kind not in ReturnKind.values:
        raise Http404
    return kind


@access("claims.return_documents")
@require_http_methods(["GET", "POST"])
def return_upload(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    claim, _opinion = _shown(request, pk)
    form = UploadForm(request.POST or None, request.FILES or None)
    return form_page(
        request, FORM_PAGE, form,
        lambda data: gate.provide(actor=request.actor, claim_id=claim.pk, kind=_kind_or_404(kind), upload=data["file"]),
        returns_url(claim), message=_("The file is attached."),
        context={"title": ReturnKind(_kind_or_404(kind)).label, "sub": claim.number, "verb": _("Attach"),
                 "cancel_url": returns_url(claim)},
    )  # fmt: skip


@access("claims.sign_return")
@require_POST
def return_sign(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """Sign the form that we generated: name, time and the hash of the PDF are kept."""
    claim, _opinion = _shown(request, pk)
    answer = act(
        request, None, lambda: gate.sign(actor=request.actor, claim_id=claim.pk, kind=_kind_or_404(kind)),
        returns_url(claim), _("Signed. The officer verifies it."),
    )  # fmt: skip
    assert answer is not None
    return answer


@access("claims.return_documents")
@require_http_methods(["GET", "POST"])
def return_identity(request: HttpRequest, pk: int) -> HttpResponseBase:
    claim, opinion = _shown(request, pk)
    paper = get_object_or_404(opinion.returns, kind=ReturnKind.AML)
    form = IdentityForm(request.POST or None, initial=paper.details or _known(claim, opinion))
    return form_page(
        request, FORM_PAGE, form,
        lambda data: gate.declare_identity(actor=request.actor, claim_id=claim.pk, details=data), returns_url(claim),
        message=_("Saved. Attach copies of the licence and the identity papers as well."),
        context={"title": _("Who is paid"), "sub": claim.number, "verb": _("Save"), "cancel_url": returns_url(claim),
                 "intro": _("The law asks for it from CNY 10,000 or USD 1,000.")},
    )  # fmt: skip


def _known(claim: Claim, opinion: Opinion) -> dict[str, str]:
    parts = payment.parts_of(claim, opinion)
    to_bank = any(part.payee.organisation_id != claim.policyholder_id for part in parts)
    return {
        "beneficiary": parts[0].payee.account_name if parts else claim.policyholder.name,
        "licence_no": claim.policyholder.uscc,
        "relationship": "assignee" if to_bank else "self",
    }


@access("claims.verify_return")
@require_POST
def return_verify(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    claim, _opinion = _shown(request, pk)
    answer = act(
        request, None, lambda: gate.verify(actor=request.actor, claim_id=claim.pk, kind=_kind_or_404(kind)),
        returns_url(claim), _("Verified."),
    )  # fmt: skip
    assert answer is not None
    return answer


@access("claims.verify_return")
@require_http_methods(["GET", "POST"])
def return_refuse(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    claim, _opinion = _shown(request, pk)
    form = CommentForm(request.POST or None)
    return form_page(
        request, FORM_PAGE, form,
        lambda data: gate.refuse(
            actor=request.actor, claim_id=claim.pk, kind=_kind_or_404(kind), comment=data["comment"]
        ),
        returns_url(claim),
        context={"title": _("Do not accept this paper"), "sub": claim.number, "verb": _("Not accepted"),
                 "cancel_url": returns_url(claim)},
    )  # fmt: skip
