"""What the exporter does: apply, answer, accept, sign, renew."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from policies import pages, selectors, services
from policies.forms import ApplicationForm, NewApplicationForm, ReadForm, ReasonForm, application_initial
from policies.lifecycle import POLICY
from policies.models import Policy, Product
from policies.products import by_proposal, offers
from policies.proposal import check_complete, stored
from policies.views.shared import _examples
from sinosure.accounts.access import access
from sinosure.core.errors import WrongState
from sinosure.ui.pages import act, form_page, page
from sinosure.ui.parts import RailStep


def own_policy(request: HttpRequest, pk: int, action: str = "") -> Policy:
    """A policy the actor may see; for a move, one that may be made now (else 403 or 409)."""
    policy = get_object_or_404(selectors.policies(request.actor), pk=pk)  # type: ignore[attr-defined]
    if action:
        POLICY.check(action, policy, request.actor)  # type: ignore[attr-defined]
    return policy


def done_url(policy: Policy) -> str:
    return reverse("policies:policy-done", args=[policy.pk])


def detail_url(policy: Policy) -> str:
    return reverse("policies:policy-detail", args=[policy.pk])


@access("policies.apply")
def policy_new(request: HttpRequest) -> HttpResponseBase:
    """A new application; the first “save” makes the draft."""
    actor = request.actor  # type: ignore[attr-defined]
    if actor.is_bank:
        return redirect("policies:bank-choice")
    as_draft = "save" in request.POST
    initial = {**selectors.prefilled(actor), "product": request.GET.get("product", Product.COMPREHENSIVE)}
    form = NewApplicationForm(request.POST or None, draft=as_draft, products=by_proposal(), initial=initial)

    def create(data: dict[str, Any]) -> Policy:
        draft = services.create_draft(actor=actor, proposal=form.proposal(), product=data["product"])
        return draft if as_draft else services.submit(actor=actor, policy_id=draft.pk)

    return application_page(request, form, create, as_draft, None, Product.COMPREHENSIVE)


@access("policies.apply")
def policy_submit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Go on with a draft: save it, or check the answers and submit."""
    actor = request.actor  # type: ignore[attr-defined]
    policy = own_policy(request, pk, "submit")
    as_draft = "save" in request.POST
    form = ApplicationForm(
        request.POST or None, draft=as_draft, product=policy.product, initial=application_initial(policy)
    )

    def save(data: dict[str, Any]) -> Policy:
        saved = services.save_draft(actor=actor, policy_id=pk, proposal=form.proposal(), version=data["version"])
        return saved if as_draft else services.submit(actor=actor, policy_id=pk)

    return application_page(request, form, save, as_draft, policy, policy.product)


def application_page(
    request: HttpRequest, form: ApplicationForm, deed: Any, as_draft: bool, policy: Policy | None, product: str
) -> HttpResponseBase:
    later = [_("Check your answers"), _("Submit"), _("Underwriting and quote")]
    steps = [RailStep(_("Fill in"), "now"), *(RailStep(label) for label in later)]
    context = {"policy": policy, "products": _products(), "verb": _("Submit the application"), "steps": steps,
               "product": Product(product)}  # fmt: skip
    if as_draft:
        answered = act(
            request, form, deed, lambda row: reverse("policies:policy-submit", args=[row.pk]), _("The draft is saved.")
        )
        return answered or page(request, "policies/application.html", context, form)

    def check(data: dict[str, Any]) -> dict[str, Any]:
        check_complete(stored(form.proposal()), data.get("product") or product)
        return {}

    return form_page(
        request, "policies/application.html", form, deed, done_url, check=True, preview=check, context=context
    )


def _products() -> list[tuple[Any, bool]]:
    """The five products, and whether they are sold here yet."""
    return [(offer.label, offer.is_sold) for offer in offers()]


@access("policies.apply")
def policy_answer(request: HttpRequest, pk: int) -> HttpResponseBase:
    policy = own_policy(request, pk, "answer")
    form = ReasonForm(request.POST or None, label=_("Your answer"))
    context = {
        "title": _("Answer the underwriter"), "sub": str(policy), "intro": policy.question, "verb": _("Send the answer"),
        "cancel_url": detail_url(policy),
    }  # fmt: skip
    return form_page(
        request, "components/form_page.html", form,
        lambda data: services.answer(actor=request.actor, policy_id=pk, answer=data["text"]),  # type: ignore[attr-defined]
        detail_url, message=_("Your answer is sent."), context=context,
    )  # fmt: skip


@access("policies.accept")
def policy_accept(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The whole schedule, and one tick before it binds."""
    policy = own_policy(request, pk, "accept")
    label = _("We have read the schedule and accept the quote.")
    form = ReadForm(request.POST or None, label=label, initial={"version": policy.version})
    context = {**_schedule_context(policy), "title": _("Accept the quote"), "verb": _("Accept the quote")}
    return form_page(
        request, "policies/agree.html", form,
        lambda data: services.accept(actor=request.actor, policy_id=pk, version=data["version"]),  # type: ignore[attr-defined]
        done_url, context=context,
    )  # fmt: skip


def _schedule_context(policy: Policy) -> dict[str, Any]:
    schedule = policy.schedule
    facts = pages.schedule_facts(policy, schedule) if schedule else []
    return {
        "policy": policy,
        "schedule_facts": facts,
        "ratios": pages.ratios(schedule),
        "examples": _examples(policy),
        "cancel_url": detail_url(policy),
    }


@access("policies.accept")
def policy_refuse(request: HttpRequest, pk: int) -> HttpResponseBase:
    policy = own_policy(request, pk, "refuse")
    form = ReasonForm(request.POST or None, label=_("What does not suit you"), required=False)
    context = {
        "title": _("Do not accept the quote"),
        "sub": str(policy),
        "verb": _("Do not accept"),
        "cancel_url": detail_url(policy),
    }
    return form_page(
        request, "components/form_page.html", form,
        lambda data: services.refuse(actor=request.actor, policy_id=pk, reason=data["text"]),  # type: ignore[attr-defined]
        detail_url, context=context,
    )  # fmt: skip


@access("policies.sign")
def policy_sign(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Sign for the insured: a named act on the PDF, with its hash."""
    policy = own_policy(request, pk, "sign")
    if policy.insured_signed_at is not None:
        raise WrongState("sign", str(_("Signed by the insured")))
    form = ReadForm(
        request.POST or None, label=_("I sign this policy for the insured."), initial={"version": policy.version}
    )
    note = _(
        "The policy gets its number now. The PDF of policy and schedule is kept with its SHA-256, your name and the time."
    )
    context = {**_schedule_context(policy), "title": _("Sign for the insured"), "verb": _("Sign"), "note": note}
    return form_page(
        request, "policies/agree.html", form,
        lambda data: services.sign(actor=request.actor, policy_id=pk, version=data["version"]),  # type: ignore[attr-defined]
        done_url, context=context,
    )  # fmt: skip


@access("policies.apply")
@require_POST
def policy_renew(request: HttpRequest, pk: int) -> HttpResponseBase:
    policy = own_policy(request, pk)
    chosen = request.POST.get("product", "")
    answered = act(
        request, None, lambda: services.renew(actor=request.actor, policy_id=policy.pk, product=chosen),  # type: ignore[attr-defined]
        lambda row: reverse("policies:policy-submit", args=[row.pk]), _("The renewal is prepared with last year's answers. Check them."),
    )  # fmt: skip
    return answered or redirect(detail_url(policy))
