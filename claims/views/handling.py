"""The officer's work on a filed claim, and what the insured does in answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from claims import decision, filing, handling
from claims.exclusions import EXCLUSIONS, ExclusionsForm
from claims.forms import (
    CommentForm,
    DisputeForm,
    DocumentRequestForm,
    NoteForm,
    ReasonForm,
    RecoverForm,
    ResumeForm,
)
from claims.recoveries import open_case
from claims.views.shared import View, asking, claim_or_404, claim_url, deed
from sinosure.accounts.access import access
from sinosure.core import clock
from sinosure.ui.pages import FORM_PAGE, act, form_page

claim_check = deed("claims.handle", handling.check, _("You have taken this claim."))
claim_accept = deed("claims.handle", handling.accept, _("The claim is accepted. The clocks of the decision run."))
claim_investigate = deed("claims.handle", handling.investigate, _("The investigation has begun."))
claim_adjust = deed("claims.adjust", handling.adjust, _("The worksheet is open."))
claim_provide = deed(
    "claims.file", handling.provide_documents, _("Thank you. The officer is told that everything is here.")
)
claim_send_notice = deed("claims.handle", decision.send_notice, _("The indemnity notice is on its way."))
claim_reject = deed("claims.handle", decision.reject, _("The refusal letter is on its way."))
claim_readjust = deed("claims.adjust", decision.readjust, _("The worksheet is open again."))
claim_continue = deed("claims.adjust", decision.continue_to_final, _("The worksheet is open for the final indemnity."))

claim_request = asking(
    "claims.handle", handling.request_documents, DocumentRequestForm, _("Request missing documents"), _("Send the request"),
    _("The insured is told what is missing."),
    intro=_("Every required paper that is missing or not accepted is listed by itself. The clock pauses until the answer."),
)  # fmt: skip
claim_suspend = asking(
    "claims.handle", handling.suspend, DisputeForm, _("Suspend: dispute first"), _("Suspend the claim"),
    _("The claim stands still until the dispute is settled."), needs_claim=True,
    intro=_("If the buyer refuses because of a trade dispute, it is settled first. Not for insolvency or political risks."),
)  # fmt: skip
claim_resume = asking(
    "claims.handle",
    handling.resume,
    ResumeForm,
    _("Resume after the dispute"),
    _("Resume the claim"),
    _("The claim goes on."),
)
claim_waive = asking(
    "claims.handle", handling.waive_waiting, ReasonForm, _("Waive the waiting period"), _("Waive it"),
    _("The waiting period is waived."),
    intro=_("The waiting period lets slow payers pay. Waive it where the loss is certain already."),
)  # fmt: skip
claim_withdraw = asking(
    "claims.file", filing.withdraw, ReasonForm, _("Withdraw the claim"), _("Withdraw it"), _("The claim is withdrawn."),
    intro=_("A withdrawn claim is not decided. You may file a new one while the period runs."),
)  # fmt: skip
claim_dispute = asking(
    "claims.file", decision.dispute, ReasonForm, _("Dispute the refusal"), _("Send"), _("Your objection was received."),
    intro=_("Say what is wrong and which new evidence there is. Another person looks at it."),
)  # fmt: skip
claim_uphold = asking(
    "claims.decide",
    decision.uphold,
    ReasonForm,
    _("Uphold the refusal"),
    _("Uphold and close"),
    _("The case is closed."),
)
claim_reopen = asking(
    "claims.reopen", decision.reopen, ReasonForm, _("Reopen the claim"), _("Reopen"), _("The claim is open again.")
)
claim_void = asking(
    "claims.adjust", decision.void, ReasonForm, _("Take back and adjust again"), _("Take back"),
    _("The opinion no longer stands. Adjust the loss again."),
    intro=_("Use it when the facts have changed since the opinion. Unsent payments are cancelled; maker and checker start again."),
)  # fmt: skip
claim_recover = asking(
    "recoveries.manage", open_case, RecoverForm, _("Open the recovery case"), _("Open"), _("The recovery case is open.")
)


@access("claims.handle")
@require_POST
def paper_accept(request: HttpRequest, pk: int, item_id: int) -> HttpResponseBase:
    claim = claim_or_404(request, pk)
    item = get_object_or_404(claim.checklist, pk=item_id)
    return act(
        request, None,
        lambda: handling.judge_paper(actor=request.actor, claim_id=claim.pk, item_id=item.pk, accepted=True),
        f"{claim_url(claim.pk)}#papers",
    )  # fmt: skip


@access("claims.handle")
@require_http_methods(["GET", "POST"])
def paper_refuse(request: HttpRequest, pk: int, item_id: int) -> HttpResponseBase:
    claim = claim_or_404(request, pk)
    item = get_object_or_404(claim.checklist, pk=item_id)
    form = CommentForm(request.POST or None)
    return form_page(
        request, FORM_PAGE, form,
        lambda data: handling.judge_paper(
            actor=request.actor, claim_id=claim.pk, item_id=item.pk, accepted=False, comment=data["comment"]
        ),
        f"{claim_url(claim.pk)}#papers",
        context={"title": _("Do not accept this paper"), "sub": claim.number, "verb": _("Not accepted"),
                 "cancel_url": claim_url(claim.pk)},
    )  # fmt: skip


def _note_view(capability: str) -> View:
    @access(capability)
    @require_http_methods(["GET", "POST"])
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        claim = claim_or_404(request, pk)
        form = NoteForm(request.POST or None, request.FILES or None, initial={"happened_on": clock.today()})
        return form_page(
            request, FORM_PAGE, form, lambda data: handling.add_note(actor=request.actor, claim_id=claim.pk, **data),
            f"{claim_url(claim.pk)}#log", message=_("The entry is in the log."),
            context={"title": _("Add to the log"), "sub": claim.number, "verb": _("Add"),
                     "cancel_url": claim_url(claim.pk)},
        )  # fmt: skip

    return view


note_new = _note_view("claims.handle")
recovery_note = _note_view("recoveries.manage")


@access("claims.handle")
@require_http_methods(["GET", "POST"])
def exclusions(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The checklist of exclusions with evidence (PRD-7)."""
    claim = claim_or_404(request, pk)
    form = ExclusionsForm(request.POST or None, found=claim.exclusions)
    return form_page(
        request, "claims/exclusions.html", form,
        lambda data: handling.set_exclusions(actor=request.actor, claim_id=claim.pk, findings=form.findings()),
        claim_url(claim.pk), message=_("The checklist is saved."), context={"claim": claim, "rows": _rows(form)},
    )  # fmt: skip


def _rows(form: ExclusionsForm) -> list[tuple[Any, Any, Any]]:
    return [(label, form[f"{code}_triggered"], form[f"{code}_evidence"]) for code, label in EXCLUSIONS.items()]
