"""The approver's page: the figure with its steps, the evidence, the history, and the two answers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from claims import decision, selectors
from claims.checklist import LABELS
from claims.exclusions import EXCLUSIONS
from claims.forms import CommentForm, OptionalCommentForm
from claims.handling import waiting_is_over
from claims.models import Claim, ClaimState, Opinion
from claims.showing import steps_shown
from claims.views.adjusting import own_page
from claims.views.shared import claim_or_404, claim_url
from sinosure.accounts.access import access
from sinosure.accounts.roles import Role
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.reference.services import convert
from sinosure.ui.pages import FORM_PAGE, act, form_page, page


@access("claims.view")
def decision_page(request: HttpRequest, pk: int) -> HttpResponse:
    claim = own_page(request, pk)
    return page(request, "claims/decision.html", _context(request, claim, OptionalCommentForm()))


def _context(request: HttpRequest, claim: Claim, form: Any) -> dict[str, Any]:
    opinions = list(claim.opinions.select_related("worksheet", "proposed_by", "decided_by").order_by("-id"))
    opinion = next((row for row in opinions if row.is_open), None) or (opinions[0] if opinions else None)
    sheet = opinion.worksheet if opinion else None
    items = list(claim.checklist.order_by("id"))
    return {
        "claim": claim, "opinion": opinion, "opinions": opinions, "sheet": sheet, "form": form,
        "steps": steps_shown(sheet.result["steps"]) if sheet else [],
        "facts": _facts(claim, opinion), "papers": [(item, LABELS[item.code]) for item in items],
        "files": selectors.files_by_subject(request.actor, "claims.checklistitem", [item.pk for item in items]),
        "notes": claim.notes.select_related("written_by").order_by("-id")[:20],
        "triggered": [(EXCLUSIONS[code], found) for code, found in claim.exclusions.items() if found.get("triggered")],
        "may_decide": _may_decide(request, claim, opinion), "lacks": _lacks(request, claim, opinion),
        "waiting_over": waiting_is_over(claim),
    }  # fmt: skip


def _facts(claim: Claim, opinion: Opinion | None) -> list[tuple[Any, Any]]:
    if opinion is None:
        return []
    usd = convert(Money(opinion.total, claim.currency), "USD", clock.today())
    label = decision.LEVEL_LABELS[opinion.level_needed]
    return [
        (_("Opinion"), opinion.get_kind_display()),
        (_("Payable now"), Money(opinion.amount, claim.currency)),
        (_("Indemnity in all"), Money(opinion.total, claim.currency)),
        (_("In USD, for the tier"), usd),
        (_("Authority needed"), f"{opinion.level_needed} · {label}"),
        (_("Adjuster"), opinion.proposed_by.name),
        (_("Proposed"), opinion.proposed_at),
        (_("Reasons"), opinion.reasons),
    ]


def _may_decide(request: HttpRequest, claim: Claim, opinion: Opinion | None) -> bool:
    at_issue = claim.state == ClaimState.DECISION_REVIEW and opinion is not None and opinion.is_open
    return at_issue and request.actor.can("claims.decide") and not _lacks(request, claim, opinion)


def _lacks(request: HttpRequest, claim: Claim, opinion: Opinion | None) -> str:
    """Why this approver may not decide, in words."""
    if opinion is None or not request.actor.can("claims.decide"):
        return ""
    if opinion.proposed_by_id == request.actor.user_id:
        return _("You proposed this opinion yourself. A second person decides.")
    if request.actor.tier(Role.CLAIMS_APPROVER) < opinion.level_needed:
        message = _("This case needs level %(level)s. Yours is %(own)s: pass it on.")
        return message % {"level": opinion.level_needed, "own": request.actor.tier(Role.CLAIMS_APPROVER)}
    return ""


@access("claims.decide")
@require_POST
def claim_decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    claim = own_page(request, pk)
    form = OptionalCommentForm(request.POST)
    answer = act(
        request, form, lambda data: decision.decide(actor=request.actor, claim_id=claim.pk, **data), claim_url(claim.pk),
        _("The opinion is approved. The officer sends the letter."),
    )  # fmt: skip
    return answer or page(request, "claims/decision.html", _context(request, claim, form), form)


@access("claims.decide")
@require_http_methods(["GET", "POST"])
def claim_return(request: HttpRequest, pk: int) -> HttpResponseBase:
    claim = claim_or_404(request, pk)
    form = CommentForm(request.POST or None)
    return form_page(
        request, FORM_PAGE, form, lambda data: decision.return_opinion(actor=request.actor, claim_id=claim.pk, **data),
        claim_url(claim.pk), message=_("The opinion goes back to the adjuster."),
        context={"title": _("Return with a comment"), "sub": claim.number, "verb": _("Return"),
                 "cancel_url": claim_url(claim.pk)},
    )  # fmt: skip
