"""The exporter applies, answers and withdraws."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from limits import selectors, services
from limits.forms import ApplicationForm, TextForm
from limits.lifecycle import APPLICATION
from limits.models import LimitApplication
from policies.selectors import own_live_policies
from sinosure.accounts.access import access
from sinosure.accounts.actor import Actor
from sinosure.documents.models import Document
from sinosure.ui.pages import act, confirmation, form_page
from sinosure.ui.parts import RailStep


def own(request: HttpRequest, pk: int, action: str) -> LimitApplication:
    """An application the actor may see, in a state that allows the move."""
    application = get_object_or_404(selectors.applications(request.actor), pk=pk)  # type: ignore[attr-defined]
    APPLICATION.check(action, application, request.actor)  # type: ignore[attr-defined]
    return application


def detail_url(row: LimitApplication) -> str:
    return reverse("limits:application-detail", args=[row.pk])


@access("limits.apply")
def application_new(request: HttpRequest) -> HttpResponseBase:
    """Fill in, check the answers, submit."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    policies = own_live_policies(actor).that("requires_limit")
    initial = {"policy": policies.first(), "obligor": request.GET.get("buyer")}
    form = ApplicationForm(request.POST or None, initial=initial, policies=policies, actor=actor)

    def submit(data: dict[str, Any]) -> LimitApplication:
        draft = services.create_draft(
            actor=actor, policy_id=data["policy"].pk, obligor_id=data["obligor"].pk, request=form.request()
        )
        return services.submit(actor=actor, application_id=draft.pk)

    context = {
        "title": _("Apply for a credit limit"), "verb": _("Submit the limit application"),
        "intro": _("The limit is the most that counts as the base of a claim on this buyer. Do not tell the buyer its amount."),
    }  # fmt: skip
    return form_page(
        request, "components/form_page.html", form, submit,
        lambda row: reverse("limits:application-done", args=[row.pk]), check=True, context=context,
    )  # fmt: skip


@access("limits.apply")
def application_done(request: HttpRequest, pk: int) -> HttpResponseBase:
    application = get_object_or_404(selectors.applications(request.actor), pk=pk)  # type: ignore[attr-defined]
    letter = application_letter(request, application)
    return confirmation(
        request, title=_("The application was submitted"), number=application.number,
        at=application.submitted_at or application.created_at,
        next_steps=[RailStep(_("An underwriter takes the case"), "now"), RailStep(_("Decision within five working days"))],
        receipt_url=reverse("documents:download", args=[letter.pk]) if letter else "",
        links=[(_("See the application"), detail_url(application))],
    )  # fmt: skip


def application_letter(request: HttpRequest, application: LimitApplication) -> Document | None:
    letters = Document.objects.visible_to(request.actor).of(application)  # type: ignore[attr-defined]
    return letters.filter(kind="limit_application").first()


@access("limits.apply")
@require_POST
def application_submit(request: HttpRequest, pk: int) -> HttpResponseBase:
    own(request, pk, "submit")
    return _bare(request, lambda: services.submit(actor=request.actor, application_id=pk))  # type: ignore[attr-defined]


@access("limits.apply")
@require_POST
def application_discard(request: HttpRequest, pk: int) -> HttpResponseBase:
    own(request, pk, "discard")
    return _bare(request, lambda: services.discard(actor=request.actor, application_id=pk))  # type: ignore[attr-defined]


def _bare(request: HttpRequest, deed: Any) -> HttpResponseBase:
    return act(request, None, deed, detail_url)


@access("limits.apply")
def application_answer(request: HttpRequest, pk: int) -> HttpResponseBase:
    application = own(request, pk, "answer")
    form = TextForm(request.POST or None, label=_("Your answer"))
    context = {"title": _("Answer the underwriter"), "sub": application.number, "intro": application.question,
               "verb": _("Send the answer"), "cancel_url": detail_url(application)}  # fmt: skip
    return form_page(
        request, "components/form_page.html", form,
        lambda data: services.answer(actor=request.actor, application_id=pk, answer=data["text"]),  # type: ignore[attr-defined]
        detail_url, message=_("Your answer is sent."), context=context,
    )  # fmt: skip


@access("limits.apply")
def application_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    application = own(request, pk, "withdraw")
    form = TextForm(request.POST or None, label=_("Why (optional)"), required=False)
    context = {"title": _("Withdraw the application"), "sub": application.number, "verb": _("Withdraw"),
               "cancel_url": detail_url(application)}  # fmt: skip
    return form_page(
        request, "components/form_page.html", form,
        lambda data: services.withdraw(actor=request.actor, application_id=pk, reason=data["text"]),  # type: ignore[attr-defined]
        detail_url, message=_("The application is withdrawn."), context=context,
    )  # fmt: skip
