"""The list of claims (for the insurer a desk by days left and amount) and the page of one claim, for every role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from claims import selectors
from claims.checklist import LABELS
from claims.handling import waiting_is_over
from claims.lifecycle import CLAIM
from claims.models import Claim, ClaimState, Opinion
from claims.progress import progress_of
from claims.showing import steps_shown
from claims.views.shared import claim_or_404
from sinosure.accounts.access import access
from sinosure.ui.actions import buttons
from sinosure.ui.export import Column, export, wants_export
from sinosure.ui.pages import page
from sinosure.ui.paging import keyset_page
from sinosure.ui.parts import Tile, tabs

ASKS = {
    "file", "request_documents", "suspend", "resume", "withdraw", "dispute", "uphold", "reopen", "recover", "void",
}  # fmt: skip
ELSEWHERE = {"propose", "return", "decide", "file"}  # they have pages of their own


@access("claims.view")
def claim_list(request: HttpRequest) -> HttpResponseBase:
    """Staff see the desk sorted by days left and money, the insured and its banks their own claims, newest first."""
    queue = request.GET.get("queue", "")
    rows = selectors.claims_for(request.actor, queue)
    if wants_export(request):
        return export(request, rows, _columns(), "claims")
    order = ("due_on", "-claimed", "-id") if request.actor.is_insurer else ("-id",)
    queues = selectors.QUEUES if request.actor.is_insurer else selectors.EXPORTER_QUEUES
    context = {
        "page": keyset_page(rows, request, order=order),
        "tabs": tabs(request, "queue", [(name, label) for name, (label, _states) in queues.items()]),
        "queue": queue,
        "far_away": selectors.FAR_AWAY,
    }
    return page(request, "claims/list.html", context)


def _columns() -> list[Column]:
    return [
        Column(_("Claim"), "number"),
        Column(_("Insured"), "policyholder.name"),
        Column(_("Buyer"), "obligor.name"),
        Column(_("Cause"), "get_cause_display"),
        Column(_("Claimed"), "claimed", "amount", currency="currency"),
        Column(_("State"), "get_state_display"),
        Column(_("Indemnity"), "indemnity_total", "amount", currency="currency"),
        Column(_("Paid"), "paid_total", "amount", currency="currency"),
    ]


@dataclass(frozen=True)
class PaperRow:
    item: Any
    label: Any
    files: tuple[Any, ...]
    can_provide: bool
    can_judge: bool
    can_drop: bool


@access("claims.view")
def claim_detail(request: HttpRequest, pk: int) -> HttpResponse:
    claim = claim_or_404(request, pk)
    actor = request.actor
    opinion = selectors.shown_opinion(actor, claim)
    context = {
        "claim": claim,
        "progress": progress_of(actor, claim, opinion),
        "tiles": _tiles(claim, opinion),
        "facts": _facts(claim),
        "buttons": _buttons(request, claim),
        "links": _links(request, claim),
        "papers": _papers(request, claim),
        "missing": selectors.missing_count(claim.checklist.all()),
        "lines": claim.lines.select_related("shipment__affiliate").order_by("shipment__due_on", "id"),
        "opinion": opinion,
        "steps": _steps(opinion),
        "returns": selectors.returns_of(claim) if opinion else [],
        "payments": claim.payments.select_related("payee").order_by("id") if opinion else [],
        "letters": selectors.letters_of(actor, claim),
        "waiting_over": waiting_is_over(claim),
        "recovery": getattr(claim, "recovery", None),
        **(_for_staff(request, claim) if actor.is_insurer else {}),
    }
    return page(request, "claims/detail.html", context)


def _tiles(claim: Claim, opinion: Opinion | None) -> list[Tile]:
    tiles = [Tile(_("Claimed"), claim.claimed, claim.currency, note=claim.get_cause_display())]
    if opinion is not None:
        tiles.append(Tile(_("Indemnity decided"), opinion.total, claim.currency, note=opinion.get_kind_display()))
    tiles.append(Tile(_("Paid"), claim.paid_total, claim.currency))
    return tiles


def _facts(claim: Claim) -> list[tuple[Any, Any]]:
    rows = [
        (_("Insured"), claim.policyholder.name),
        (_("Policy"), str(claim.policy)),
        (_("Buyer"), f"{claim.obligor.name} ({claim.obligor.country.name})"),
        (_("Loss notice"), claim.notice.number if claim.notice else None),
        (_("Cause of loss"), claim.get_cause_display()),
        (_("Happened on"), claim.occurred_on),
        (_("Filed at"), claim.filed_at),
        (_("To be filed by"), claim.filing_due),
        (_("Accepted at"), claim.accepted_at),
        (_("Officer"), claim.officer.name if claim.officer else None),
    ]
    return [(label, value) for label, value in rows if value is not None]


def _buttons(request: HttpRequest, claim: Claim) -> list[Any]:
    moves = CLAIM.available(claim, request.actor)
    hidden = {*ELSEWHERE, "withdraw"} if claim.paid_total else ELSEWHERE
    opinion = selectors.standing(claim) if claim.state == ClaimState.OPINION_ISSUED else None
    if opinion is not None:
        hidden = {*hidden, "send_notice" if opinion.kind == "NIL" else "reject"}
    if claim.state == ClaimState.PAID and not selectors.is_interim(selectors.standing(claim)):
        hidden = {*hidden, "continue"}
    return buttons(moves, "claims:claim-{action}", claim.pk, ask=ASKS, hide=hidden)


def _links(request: HttpRequest, claim: Claim) -> list[tuple[Any, str, bool]]:
    """Pages that belong to the claim's state: (label, address, is the main thing to do)."""
    actor, state = request.actor, claim.state
    possible = [
        (state == ClaimState.DRAFT and actor.may("claims.file", claim), _("Edit the draft"), "claim-edit", False),
        (state == ClaimState.DRAFT and actor.may("claims.file", claim), _("Check and file"), "claim-file", True),
        (_has_worksheet(claim) and actor.is_insurer, _("Worksheet"), "worksheet", state == ClaimState.LOSS_ADJUSTMENT
         and actor.can("claims.adjust")),
        (state == ClaimState.DECISION_REVIEW and actor.is_insurer, _("Decision on the claim"), "decision", actor.can("claims.decide")),
        (state in RETURN_STATES and selectors.shown_opinion(actor, claim) is not None, _("Return documents"), "returns",
         state != ClaimState.DOCS_VERIFIED),
        (state == ClaimState.DOCS_VERIFIED and actor.can("payments.prepare"), _("Prepare the payment"), "payment-prepare",
         True),
    ]  # fmt: skip
    return [(label, reverse(f"claims:{name}", args=[claim.pk]), main) for shown, label, name, main in possible if shown]


RETURN_STATES = (ClaimState.NOTICE_SENT, ClaimState.AWAITING_RECEIPT_DOCS, ClaimState.DOCS_VERIFIED)
BEFORE_WORKSHEET = (
    ClaimState.DRAFT, ClaimState.FILED, ClaimState.DOC_CHECK, ClaimState.DOC_REQUESTED, ClaimState.ACCEPTED,
    ClaimState.INVESTIGATION, ClaimState.SUSPENDED, ClaimState.WITHDRAWN,
)  # fmt: skip


def _has_worksheet(claim: Claim) -> bool:
    return claim.state not in BEFORE_WORKSHEET


def _papers(request: HttpRequest, claim: Claim) -> list[PaperRow]:
    items = list(claim.checklist.order_by("id"))
    files = selectors.files_by_subject(request.actor, "claims.checklistitem", [item.pk for item in items])
    is_open = claim.state in selectors.TURN_OF_INSURED[:2] or claim.state in (ClaimState.FILED, ClaimState.DOC_CHECK)
    provides = is_open and request.actor.may("claims.file", claim)
    judges = claim.state == ClaimState.DOC_CHECK and request.actor.can("claims.handle")
    return [
        PaperRow(
            item, LABELS[item.code], files.get(item.pk, ()), provides and not item.is_fetched and item.state != "VERIFIED",
            judges and item.state in ("PROVIDED", "REFUSED"),
            provides and not item.is_required and not item.is_fetched and item.state == "MISSING",
        )
        for item in items
    ]  # fmt: skip


def _steps(opinion: Opinion | None) -> list[Any]:
    if opinion is None or opinion.worksheet is None or opinion.kind == "NIL":
        return []
    return steps_shown(opinion.worksheet.result["steps"])


def _for_staff(request: HttpRequest, claim: Claim) -> dict[str, Any]:
    """The log, exclusions, disputes and drafts of opinions: the insurer's own papers."""
    notes = list(claim.notes.select_related("written_by").order_by("-id")[:50])
    return {
        "notes": _with_files(request, notes),
        "disputes": claim.disputes.order_by("-id"),
        "opinions": claim.opinions.select_related("proposed_by", "decided_by", "worksheet").order_by("-id"),
        "can_handle": request.actor.can("claims.handle"),
        "note_url": _note_url(request, claim),
        "triggered": [found for found in claim.exclusions.values() if found.get("triggered")],
    }


def _note_url(request: HttpRequest, claim: Claim) -> str:
    by_duty = (("claims.handle", "note-new"), ("recoveries.manage", "recovery-note"))
    found = next((name for duty, name in by_duty if request.actor.can(duty)), "")
    return reverse(f"claims:{found}", args=[claim.pk]) if found and claim.state != ClaimState.DRAFT else ""


def _with_files(request: HttpRequest, notes: list[Any]) -> list[tuple[Any, tuple[Any, ...]]]:
    files = selectors.files_by_subject(request.actor, "claims.casenote", [note.pk for note in notes])
    return [(note, files.get(note.pk, ())) for note in notes]
