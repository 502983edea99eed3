"""The single window as pages: landing, one page that shows the step whose turn it is, the public check of a signed PDF."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from policies.micro.selectors import held, own_firm, threshold
from policies.micro.views import exporter_of
from policies.selectors import prefilled
from policies.single_window import papers, selectors, services
from policies.single_window.forms import FORMS, VerifyForm
from policies.single_window.models import WindowApplication
from policies.single_window.steps import ORDER, Step
from sinosure.accounts.access import PUBLIC, access
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.money import Money
from sinosure.documents.uploads import checked_upload
from sinosure.ui.forms import Form
from sinosure.ui.pages import act, form_page, page
from sinosure.ui.parts import RailStep

ITEMS: dict[str, Any] = {
    "COMPANY": _("Registration of the company"),
    "CUSTOMS_EXPORTS": _("Customs exports of the last 12 months"),
    "EXPORT_REFUND": _("Export tax refunds"),
    "FOREIGN_EXCHANGE": _("Receipts of foreign exchange"),
}
VERBS: dict[str, Any] = {
    Step.AUTH: _("Prove identity"), Step.ENTRY: _("Check and go on"), Step.CONFIRM: _("Confirm the insurance"),
    Step.SEAL: _("Keep the seal and make the agreement"), Step.SERVICE_AGREEMENT: _("Sign the agreement"),
    Step.DATA_AUTH: _("Authorise"),
}  # fmt: skip


@access("policies.apply")
def window(request: HttpRequest) -> HttpResponseBase:
    """Landing: begin or resume, what was made before, the local version of the region."""
    actor = exporter_of(request)
    firm = own_firm(actor)
    if firm is None:
        raise Http404
    context = {
        "unfinished": selectors.unfinished(actor), "waiting": selectors.waiting(firm.pk),
        "held": held(firm), "local": selectors.local_window(firm.office),
        "office": firm.office, "ceiling": Money(threshold(firm.office), "USD"), "steps": _rail_of(actor),
        "applications": selectors.applications(actor).filter(submitted_at__isnull=False)[:20], "seal": selectors.seal_of(firm.pk),
        "agreement": selectors.agreement_of(firm.pk), "given": selectors.authorisation_of(firm.pk), "firm": firm,
        "may_sign": actor.can("policies.sign"),
    }  # fmt: skip
    return page(request, "policies/single_window/landing.html", context)


def _rail_of(actor: Actor) -> list[RailStep]:
    """Where the unfinished application stands; all still to come without one."""
    found = selectors.unfinished(actor)
    return _rail(found, selectors.step_of(found, actor)) if found else [RailStep(Step(step).label) for step in ORDER]


@access("policies.apply")
@require_POST
def window_start(request: HttpRequest) -> HttpResponseBase:
    actor = exporter_of(request)
    return act(request, None, lambda: services.start(actor=actor), _url)


def _url(application: WindowApplication) -> str:
    return reverse("policies:window-application", args=[application.pk])


@access("policies.apply")
def window_application(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The step whose turn it is; a form of another step is refused by the service."""
    actor = exporter_of(request)
    application = get_object_or_404(selectors.applications(actor), pk=pk)
    step = selectors.step_of(application, actor)
    context = {
        "application": application, "step": step, "label": Step(step).label, "steps": _rail(application, step),
        "identity": selectors.identity_of(application, actor), "verb": VERBS.get(step), "firm": application.policyholder,
        "items": list(ITEMS.values()), "ceiling": Money(threshold(application.policyholder.office), "USD"),
    }  # fmt: skip
    if step == Step.SUBMITTED or not application.is_open:
        return page(request, "policies/single_window/done.html", context)
    posted = request.POST.get("step", step)
    form = FORMS.get(posted, FORMS[step])(request.POST or None, initial=_initial(application, actor))
    return form_page(
        request,
        "policies/single_window/step.html",
        form,
        lambda data: _do(actor, pk, posted, form),
        _url,
        context=context,
    )


def _do(actor: Actor, pk: int, step: str, form: Form) -> WindowApplication:
    """Hand the form to the service of its step."""
    data: dict[str, Any] = {"order": form.order()} if hasattr(form, "order") else form.cleaned_data
    deeds: dict[str, Any] = {
        Step.AUTH: services.authenticate, Step.ENTRY: services.enter, Step.CONFIRM: services.confirm,
        Step.SEAL: services.make_seal, Step.SERVICE_AGREEMENT: services.sign_agreement, Step.DATA_AUTH: services.authorise,
    }  # fmt: skip
    done: WindowApplication = deeds[step](actor=actor, application_id=pk, **data)
    return done


def _initial(application: WindowApplication, actor: Actor) -> dict[str, Any]:
    return {**prefilled(actor), "tier": "T1", "exports_last_year": application.exports_last_year}


def _rail(application: WindowApplication, here: str) -> list[RailStep]:
    done = {row.step: row for row in application.steps.all()}
    return [_rail_step(step, done.get(step), step == here) for step in ORDER]


def _rail_step(step: str, row: Any, is_here: bool) -> RailStep:
    label = Step(step).label
    if is_here or row is None:
        return RailStep(label, "now" if is_here else "next")
    return RailStep(label, "done", on=row.earlier_on or row.done_at, note=_("Done earlier") if row.earlier_on else "")


@access("policies.apply")
@require_POST
def window_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    actor = exporter_of(request)
    get_object_or_404(selectors.applications(actor), pk=pk)
    return act(
        request, None, lambda: services.withdraw(actor=actor, application_id=pk), reverse("policies:window"),
        _("The application is withdrawn."),
    )  # fmt: skip


@access("policies.apply")
@require_POST
def window_revoke(request: HttpRequest) -> HttpResponseBase:
    actor = exporter_of(request)
    return act(
        request, None, lambda: services.revoke(actor=actor), reverse("policies:window"),
        _("The data authorisation is taken back."),
    )  # fmt: skip


@access(PUBLIC)
def window_verify(request: HttpRequest) -> HttpResponseBase:
    """Who signed a PDF, when, and whether it was changed since. Nothing of the file is kept."""
    form = VerifyForm(request.POST or None, request.FILES or None)
    found: list[papers.Verdict] = []
    if request.method == "POST" and form.is_valid():
        try:
            checked_upload(form.cleaned_data["file"])
            found = papers.verdicts(form.cleaned_data["file"].read())
        except DomainError as error:
            form.add_domain_error(error)
    return page(request, "policies/single_window/verify.html", {"verdicts": found, "now": clock.now()}, form)
