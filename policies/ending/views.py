"""How a policy ends: notice by either side, the consent of a bank, the end of the run-off."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from policies import selectors as policies
from policies import services
from policies.ending import selectors
from policies.ending.lifecycle import CONSENT
from policies.forms import ReasonForm
from policies.models import Policy, PolicyConsent
from sinosure.accounts.access import access
from sinosure.accounts.actor import Actor
from sinosure.core.errors import NotAllowed
from sinosure.ui.actions import buttons
from sinosure.ui.chips import tone_and_label
from sinosure.ui.pages import FORM_PAGE, act, form_page, page


def policy_url(policy_id: int) -> str:
    return reverse("policies:policy-detail", args=[policy_id])


@access("policies.view")
def policy_notice(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Notice of termination by either side; services decide who may."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    policy: Policy = get_object_or_404(policies.policies(actor), pk=pk)
    if not (actor.can("policies.underwrite") or actor.may("policies.sign", policy)):
        raise NotAllowed()
    form = ReasonForm(request.POST or None, label=_("Reason for the termination"))
    days = policy.wording.named.days("termination_notice_days")
    intro = _("The policy ends %(days)s days after the notice. Shipments made before stay covered.") % {"days": days}
    waits = not actor.is_insurer and policy.assignees.now().exists()
    context = {
        "title": _("Give notice of termination"), "sub": str(policy), "verb": _("Give notice"),
        "intro": BANK_FIRST if waits else intro, "cancel_url": policy_url(pk),
    }  # fmt: skip
    return form_page(
        request, FORM_PAGE, form, lambda data: services.give_notice(actor=actor, policy_id=pk, reason=data["text"]),
        lambda row: policy_url(pk), message=lambda row: ASKED if row.state == "WAITING" else GIVEN, context=context,
    )  # fmt: skip


BANK_FIRST = _(
    "Indemnities of this policy are assigned to a bank. The bank is asked; the notice runs once it has consented."
)
ASKED = _("The bank is asked for its consent. The notice runs once it has consented.")
GIVEN = _("Notice is given.")


@access("policies.view")
@require_POST
def policy_notice_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    get_object_or_404(policies.policies(actor), pk=pk)
    done = act(
        request, None, lambda: services.withdraw_notice(actor=actor, policy_id=pk), policy_url(pk),
        _("The notice is withdrawn."),
    )  # fmt: skip
    return done or redirect(policy_url(pk))


@access("policies.underwrite")
@require_POST
def policy_close(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Close the run-off; refused while anything is open."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    get_object_or_404(policies.policies(actor), pk=pk)
    done = act(
        request, None, lambda: services.close_run_off(actor=actor, policy_id=pk), policy_url(pk),
        _("The run-off is closed."),
    )  # fmt: skip
    return done or redirect(policy_url(pk))


def own_consent(request: HttpRequest, pk: int, action: str = "") -> PolicyConsent:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    consent = get_object_or_404(selectors.consents(actor), pk=pk)
    if action:
        CONSENT.check(action, consent, actor)
    return consent


def consent_url(consent: PolicyConsent) -> str:
    return reverse("policies:consent-detail", args=[consent.pk])


@access("policies.view")
def consent_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What the bank is asked: whose policy, why, and what its consent means."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    consent = own_consent(request, pk)
    moves = CONSENT.available(consent, actor) if selectors.may_answer(consent, actor) else []
    return page(request, "policies/ending/consent.html", {
        "consent": consent, "policy": consent.policy, "state_tone": tone_and_label(consent, "state")[0],
        "buttons": buttons(moves, "policies:consent-{action}", consent.pk, ask={"give", "refuse"}),
        "days": consent.policy.wording.named.days("termination_notice_days"),
    })  # fmt: skip


def _answer(request: HttpRequest, pk: int, action: str, title: Any, verb: Any, deed: Any) -> HttpResponseBase:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    consent = own_consent(request, pk, action)
    form = ReasonForm(request.POST or None, label=_("Remark"), required=action == "refuse")
    context = {"title": title, "sub": str(consent.policy), "verb": verb, "cancel_url": consent_url(consent)}
    return form_page(
        request, FORM_PAGE, form, lambda data: deed(actor=actor, consent_id=pk, remark=data["text"]), consent_url,
        message=_("Your answer is recorded."), context=context,
    )  # fmt: skip


@access("financing.sign_bank")
def consent_give(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _answer(request, pk, "give", _("Consent to the termination"), _("Consent"), services.give_consent)


@access("financing.sign_bank")
def consent_refuse(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _answer(request, pk, "refuse", _("Refuse consent"), _("Refuse consent"), services.refuse_consent)
