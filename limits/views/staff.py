"""The underwriters' desk: take, ask, propose, approve, return, decline; reduce, cancel, stop and reopen limits."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from limits import selectors, services
from limits.forms import CancelForm, ProposeForm, ReduceForm, TextForm
from limits.models import CreditLimit, LimitStop, StopReason
from limits.services.stops import standing_for_country
from limits.views.exporter import _bare, detail_url, own
from sinosure.accounts.access import access
from sinosure.accounts.actor import Actor
from sinosure.core.errors import DomainError
from sinosure.reference.models import Country
from sinosure.ui.pages import form_page

FORM = "components/form_page.html"


@access("limits.underwrite")
@require_POST
def application_take(request: HttpRequest, pk: int) -> HttpResponseBase:
    own(request, pk, "take")
    return _bare(request, lambda: services.take(actor=request.actor, application_id=pk))  # type: ignore[attr-defined]


@access("limits.underwrite")
def application_propose(request: HttpRequest, pk: int) -> HttpResponseBase:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    application = own(request, pk, "propose")
    form = ProposeForm(request.POST or None, initial=ProposeForm.initial_for(application))
    if not application.pre_shipment:
        del form.fields["pre_shipment"]
    context = {
        "title": _("Propose a decision"), "verb": _("Propose"), "application": application,
        "case": selectors.case_of(application), "cancel_url": detail_url(application),
    }  # fmt: skip
    return form_page(
        request, "limits/propose.html", form,
        lambda data: services.propose(actor=actor, application_id=pk, decision=form.decision()),
        lambda row: detail_url(application), message=_("The proposal waits for approval by another person."), context=context,
    )  # fmt: skip


@access("limits.decide")
@require_POST
def application_approve(request: HttpRequest, pk: int) -> HttpResponseBase:
    own(request, pk, "approve")
    return _bare(request, lambda: services.approve(actor=request.actor, application_id=pk))  # type: ignore[attr-defined]


def _with_text(
    request: HttpRequest, pk: int, action: str, title: Any, label: Any, verb: Any, deed: Any
) -> HttpResponseBase:
    """A move that needs words: one field, one button."""
    application = own(request, pk, action)
    form = TextForm(request.POST or None, label=label)
    context = {"title": title, "sub": application.number, "verb": verb, "cancel_url": detail_url(application)}
    return form_page(request, FORM, form, lambda data: deed(data["text"]), detail_url, context=context)


@access("limits.underwrite")
def application_ask(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _with_text(
        request, pk, "ask", _("Ask the exporter"), _("Your question"), _("Send"),
        lambda text: services.ask(actor=request.actor, application_id=pk, question=text),  # type: ignore[attr-defined]
    )  # fmt: skip


@access("limits.decide")
def application_return(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _with_text(
        request, pk, "return", _("Return the proposal"), _("Comment"), _("Return"),
        lambda text: services.return_proposal(actor=request.actor, application_id=pk, comment=text),  # type: ignore[attr-defined]
    )  # fmt: skip


@access("limits.underwrite")
def application_decline(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _with_text(
        request, pk, "decline", _("Decline the application"), _("Reasons (the exporter reads them)"), _("Decline"),
        lambda text: services.decline(actor=request.actor, application_id=pk, reasons=text),  # type: ignore[attr-defined]
    )  # fmt: skip


@access("limits.underwrite")
def application_raise(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _queue(request, pk, _("Raise the priority"), _("Raise"), services.raise_priority)


@access("limits.underwrite")
def application_lower(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _queue(request, pk, _("Back to the usual place"), _("Lower"), services.lower_priority)


def _queue(request: HttpRequest, pk: int, title: Any, verb: Any, deed: Any) -> HttpResponseBase:
    """The place in the queue, changed with a reason."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    application = get_object_or_404(selectors.applications(actor), pk=pk)
    form = TextForm(request.POST or None, label=_("Reason; it stays on record"))
    context = {"title": title, "sub": application.number, "verb": verb, "cancel_url": detail_url(application)}
    return form_page(
        request, FORM, form, lambda data: deed(actor=actor, application_id=pk, reason=data["text"]), detail_url,
        context=context,
    )  # fmt: skip


def _limit(request: HttpRequest, pk: int) -> CreditLimit:
    return get_object_or_404(selectors.limits(request.actor), pk=pk)  # type: ignore[attr-defined]


def _on_limit(
    request: HttpRequest, pk: int, title: Any, verb: Any, form: Any, deed: Any, intro: Any = ""
) -> HttpResponseBase:
    limit = _limit(request, pk)
    url = reverse("limits:detail", args=[pk])
    context = {"title": title, "sub": limit.obligor.name, "verb": verb, "intro": intro, "cancel_url": url}
    return form_page(request, FORM, form, deed, lambda row: url, context=context)


FORWARD = _("It holds for shipments from tomorrow on; goods that have left keep the limit they had (LIM-9).")


@access("limits.underwrite")
def limit_reduce(request: HttpRequest, pk: int) -> HttpResponseBase:
    form = ReduceForm(request.POST or None)
    return _on_limit(
        request, pk, _("Reduce the limit"), _("Reduce"), form,
        lambda data: services.reduce(actor=request.actor, limit_id=pk, **data), FORWARD,  # type: ignore[attr-defined]
    )  # fmt: skip


@access("limits.underwrite")
def limit_cancel(request: HttpRequest, pk: int) -> HttpResponseBase:
    form = CancelForm(request.POST or None)
    return _on_limit(
        request, pk, _("Cancel the limit"), _("Cancel the limit"), form,
        lambda data: services.cancel(actor=request.actor, limit_id=pk, **data), FORWARD,  # type: ignore[attr-defined]
    )  # fmt: skip


@access("limits.stop")
def limit_stop(request: HttpRequest, pk: int) -> HttpResponseBase:
    form = TextForm(request.POST or None, label=_("Reason"))

    def stop(data: dict[str, Any]) -> Any:
        return services.stop(actor=request.actor, limit_id=pk, reason=StopReason.UNDERWRITER, comment=data["text"])  # type: ignore[attr-defined]

    return _on_limit(request, pk, _("Stop cover on this buyer"), _("Stop cover"), form, stop)


@access("limits.stop")
def limit_reopen(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Lift every open stop that an underwriter may lift, with one reason."""
    form = TextForm(request.POST or None, label=_("Why cover is opened again"))

    def reopen(data: dict[str, Any]) -> Any:
        open_stops = list(LimitStop.objects.visible_to(request.actor).filter(limit=pk, closed_at=None))  # type: ignore[attr-defined]
        if not open_stops:
            raise DomainError("not_stopped", _("Cover on this buyer is not stopped."), status=409)
        return [services.reopen(actor=request.actor, stop_id=row.pk, comment=data["text"]) for row in open_stops]  # type: ignore[attr-defined]

    return _on_limit(request, pk, _("Open cover again"), _("Open cover"), form, reopen)


@access("limits.stop")
def country_reopen(request: HttpRequest, code: str) -> HttpResponseBase:
    """Lift the stops that a suspension of a country made, with one reason for all."""
    country = get_object_or_404(Country, pk=code.upper())
    back = reverse("credit_info:country-detail", args=[country.pk])
    count = standing_for_country(country.pk).count()
    form = TextForm(request.POST or None, label=_("Why cover is opened again"))
    context = {
        "title": _("Open limits of a country again"), "sub": str(country), "verb": _("Open cover"), "cancel_url": back,
        "intro": _("%(count)s limits are stopped because the country was suspended.") % {"count": count},
    }  # fmt: skip
    return form_page(
        request, FORM, form,
        lambda data: services.reopen_country(actor=request.actor, country=country.pk, comment=data["text"]),  # type: ignore[attr-defined]
        back, message=lambda rows: _("%(count)s stops are lifted.") % {"count": len(rows)}, context=context,
    )  # fmt: skip
