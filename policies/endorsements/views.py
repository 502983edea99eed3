"""Pages of endorsements: ask, draw up, approve, sign, and one page to read."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from policies.endorsements import selectors, services
from policies.endorsements.forms import DraftForm, RequestForm, SignForm, draft_initial
from policies.endorsements.lifecycle import ENDORSEMENT
from policies.endorsements.selectors import Change
from policies.forms import ReasonForm
from policies.models import Endorsement, Policy
from policies.selectors import policies
from sinosure.accounts.access import access
from sinosure.accounts.actor import Actor
from sinosure.core.errors import NotAllowed
from sinosure.documents.models import Document
from sinosure.ui.actions import buttons
from sinosure.ui.chips import tone_and_label
from sinosure.ui.pages import FORM_PAGE, act, form_page, page

ASKS = {"draft", "return", "sign", "refuse", "decline"}


def own(request: HttpRequest, pk: int, action: str = "") -> Endorsement:
    """An endorsement the actor may see; for a move, one that may be made now (else 403 or 409)."""
    row = get_object_or_404(selectors.endorsements(request.actor), pk=pk)  # type: ignore[attr-defined]
    if action:
        ENDORSEMENT.check(action, row, request.actor)  # type: ignore[attr-defined]
    return row


def detail_url(row: Endorsement) -> str:
    return reverse("policies:endorsement-detail", args=[row.pk])


@access("policies.view")
def endorsement_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask for a change of a policy; the exporter or an underwriter."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    policy: Policy = get_object_or_404(policies(actor), pk=pk)
    if not (actor.may("policies.apply", policy) or actor.can("policies.quote")):
        raise NotAllowed()
    context = {
        "title": _("Ask for an endorsement"), "sub": str(policy), "verb": _("Send to the underwriters"),
        "intro": _("What was shipped before the day you choose stays under the schedule as it is."),
        "cancel_url": reverse("policies:policy-detail", args=[pk]),
    }  # fmt: skip
    return form_page(
        request, FORM_PAGE, RequestForm(request.POST or None),
        lambda data: services.request(
            actor=actor, policy_id=pk, wish=data["wish"], effective_from=data["effective_from"]
        ),
        detail_url, message=_("The request is sent to the underwriters."), context=context,
    )  # fmt: skip


@access("policies.view")
def endorsement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = own(request, pk)
    return page(request, "policies/endorsements/detail.html", {
        "row": row, "state_tone": tone_and_label(row, "state")[0], "changes": selectors.shown_changes(row),
        "buttons": buttons(selectors.actions(row, actor), "policies:endorsement-{action}", row.pk, ask=ASKS),
        "papers": Document.objects.visible_to(actor).of(row.policy).filter(number=row.number) if row.number else (),
    })  # fmt: skip


@access("policies.quote")
def endorsement_draft(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The schedule as it stands; what is changed in the form becomes the endorsement."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = own(request, pk, "draft")
    form = DraftForm(request.POST or None, policy=row.policy, initial=draft_initial(row))

    def preview(data: dict[str, Any]) -> dict[str, Any]:
        services.check_day(row.policy, data["effective_from"])
        row.changes = services.changes_of(row.policy, form.changed())
        lines = [_sentence(change) for change in selectors.shown_changes(row)]
        return {"notes": [("blue", line) for line in lines]}

    context = {"row": row, "verb": _("Draw up the endorsement"), "cancel_url": detail_url(row)}
    return form_page(
        request, "policies/endorsements/draft.html", form,
        lambda data: services.draft(
            actor=actor, endorsement_id=pk, terms=form.changed(), effective_from=data["effective_from"],
            version=data["version"],
        ),
        detail_url, check=True, preview=preview, context=context,
        message=_("The endorsement waits for a second underwriter."),
    )  # fmt: skip


def _sentence(change: Change) -> str:
    return f"{change.label}: {change.old} → {change.new}"


@access("policies.sign_insurer")
@require_POST
def endorsement_approve(request: HttpRequest, pk: int) -> HttpResponseBase:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = own(request, pk, "approve")
    done = act(
        request, None, lambda: services.approve(actor=actor, endorsement_id=pk), detail_url,
        _("Approved and signed for the insurer. The insured signs next."),
    )  # fmt: skip
    return done or redirect(detail_url(row))


@access("policies.apply")
@require_POST
def endorsement_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = own(request, pk, "withdraw")
    done = act(
        request, None, lambda: services.withdraw(actor=actor, endorsement_id=pk), detail_url,
        _("The request is withdrawn."),
    )  # fmt: skip
    return done or redirect(detail_url(row))


@access("policies.sign")
def endorsement_sign(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The changed terms, and one tick before they bind."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = own(request, pk, "sign")
    form = SignForm(request.POST or None, initial={"version": row.version})
    context = {
        "row": row, "changes": selectors.shown_changes(row), "cancel_url": detail_url(row),
        "papers": Document.objects.visible_to(actor).of(row.policy).filter(number=row.number),
    }  # fmt: skip
    return form_page(
        request, "policies/endorsements/sign.html", form,
        lambda data: services.sign(actor=actor, endorsement_id=pk, version=data["version"]),
        detail_url, message=_("The endorsement is signed."), context=context,
    )  # fmt: skip


def _with_reason(request: HttpRequest, pk: int, action: str, title: Any, verb: Any, deed: Any) -> HttpResponseBase:
    row = own(request, pk, action)
    context = {"title": title, "sub": str(row), "verb": verb, "cancel_url": detail_url(row)}
    form = ReasonForm(request.POST or None, label=_("Reason"), help_text=_("The other side reads it as you write it."))
    return form_page(
        request, FORM_PAGE, form,
        lambda data: deed(actor=request.actor, endorsement_id=pk, reason=data["text"]),  # type: ignore[attr-defined]
        detail_url, context=context,
    )  # fmt: skip


@access("policies.sign_insurer")
def endorsement_return(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _with_reason(request, pk, "return", _("Return the endorsement"), _("Return"), services.send_back)


@access("policies.underwrite")
def endorsement_decline(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _with_reason(request, pk, "decline", _("Decline the endorsement"), _("Decline"), services.decline)


@access("policies.sign")
def endorsement_refuse(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _with_reason(request, pk, "refuse", _("Do not accept the endorsement"), _("Do not accept"), services.refuse)
