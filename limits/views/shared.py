"""What every role sees: limits with headroom, one limit with its history, applications."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _

from credit_info.reports.selectors import valid_on
from limits import conditions, selectors
from limits.availability import available
from limits.forms import LimitFilterForm
from limits.lifecycle import APPLICATION
from limits.models import ApplicationState, CreditLimit, CreditLimitVersion, LimitApplication
from limits.services.priority import may_lower, may_raise
from sinosure.accounts.access import access
from sinosure.accounts.actor import Actor
from sinosure.documents.models import Document
from sinosure.ui.actions import buttons
from sinosure.ui.export import Column, export, wants_export
from sinosure.ui.pages import page
from sinosure.ui.paging import keyset_page
from sinosure.ui.parts import RailStep, tabs

ASK_FIRST = {"propose", "ask", "answer", "return", "decline", "withdraw"}


@access("limits.view")
def limit_list(request: HttpRequest) -> HttpResponseBase:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = LimitFilterForm(request.GET or None)
    rows = selectors.limits(actor, **form.chosen())
    if wants_export(request):
        return export(request, rows, COLUMNS, "limits")
    shown = keyset_page(rows, request, order=("-id",))
    context = {
        "page": shown, "filters": form, "rows": [(row, available(row.amount, row.used)) for row in shown],
        "sums": selectors.portfolio(actor), "may_apply": selectors.may_apply(actor),
        "pending": selectors.pending(actor)[:6],
    }  # fmt: skip
    return page(request, "limits/list.html", context)


COLUMNS = [
    Column(_("Buyer"), "obligor.name"),
    Column(_("Country or region"), "obligor.country.name"),
    Column(_("Insured"), "policyholder.name"),
    Column(_("Payment term"), "get_term_group_display"),
    Column(_("Currency"), "currency"),
    Column(_("Limit"), "amount", "amount", currency="currency"),
    Column(_("In use"), "used", "amount", currency="currency"),
    Column(_("Headroom"), lambda row: available(row.amount, row.used), "amount", currency="currency"),
    Column(_("Stopped"), lambda row: _("Yes") if row.is_stopped else _("No")),
]


@access("limits.view")
def limit_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    limit = get_object_or_404(selectors.limits(actor), pk=pk)
    versions = [(row, conditions.in_words(row.conditions)) for row in selectors.versions_of(limit)]
    context = {
        "limit": limit, "free": available(limit.amount, limit.used), "versions": versions,
        "stops": limit.stops.order_by("-id"), "movements": limit.movements.order_by("-id")[:30],
        "documents": _letters(actor, limit, versions), "may_stop": actor.can("limits.stop"),
    }  # fmt: skip
    return page(request, "limits/detail.html", context)


def _letters(actor: Actor, limit: CreditLimit, versions: list[tuple[CreditLimitVersion, list[str]]]) -> Any:
    visible = Document.objects.visible_to(actor)
    numbers = [row.number for row, _words in versions]
    return visible.filter(policyholder_id=limit.policyholder_id, number__in=numbers).order_by("-id")


@access("limits.view")
def version(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A clock on a version leads to its limit."""
    limit = get_object_or_404(selectors.limits(request.actor), versions=pk)  # type: ignore[attr-defined]
    return redirect("limits:detail", limit.pk)


@access("limits.view")
def application_list(request: HttpRequest) -> HttpResponseBase:
    """在途限额 and everything before, with stage and days elapsed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    state = request.GET.get("state", "")
    rows = (
        selectors.pending(actor) if not state else selectors.applications(actor, state="" if state == "ALL" else state)
    )
    shown = keyset_page(rows, request, order=("-is_priority", "-id"))
    choices = [
        ("", _("On the way")),
        ("PROPOSED", _("Waiting for approval")),
        ("DECIDED", _("Decided")),
        ("ALL", _("All")),
    ]
    context = {
        "page": shown, "rows": [(row, selectors.days_waiting(row)) for row in shown],
        "tabs": tabs(request, "state", choices), "may_apply": selectors.may_apply(actor),
    }  # fmt: skip
    return page(request, "limits/applications.html", context)


@access("limits.view")
def application_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    application = get_object_or_404(selectors.applications(actor), pk=pk)
    proposal = application.live_proposal
    is_shown = actor.is_insurer or application.state == ApplicationState.DECIDED
    moves = buttons(APPLICATION.available(application, actor), "limits:application-{action}", pk, ask=ASK_FIRST)
    context: dict[str, Any] = {
        "application": application, "proposal": proposal if is_shown else None, "buttons": moves,
        "conditions": conditions.in_words(proposal.conditions) if proposal and is_shown else [],
        "rail": rail(application), "facts": facts_of(application), "limit": _limit_of(application),
        "documents": Document.objects.visible_to(actor).of(application).order_by("-id"),
        "reports": valid_on(actor, application.obligor_id),
        "may_raise": may_raise(application, actor), "may_lower": may_lower(application, actor),
    }  # fmt: skip
    if actor.is_insurer and actor.can("limits.view"):
        amount = proposal.amount if proposal else None
        context["case"] = selectors.case_of(application, amount)
    return page(request, "limits/application.html", context)


def _limit_of(application: LimitApplication) -> CreditLimit | None:
    found = application.versions.select_related("limit").first()
    return found.limit if found else None


def facts_of(application: LimitApplication) -> list[tuple[Any, Any]]:
    """The answers of the application, in the order of the form."""
    labels = {
        "trading_years": _("Years of trading with this buyer"), "last_turnover": _("Turnover in the last 12 months"),
        "expected_turnover": _("Turnover expected in the next 12 months"), "worst_overdue_days": _("Longest delay so far, days"),
        "orders_in_hand": _("Orders in hand"), "ownership_ratio": _("Your share in the buyer, or its share in you, %"),
        "goods": _("Goods or services"), "security": _("Guarantee or security offered"),
    }  # fmt: skip
    return [
        (label, application.facts[name])
        for name, label in labels.items()
        if application.facts.get(name) not in (None, "")
    ]


STAGES = (
    (_("Submitted"), (ApplicationState.SUBMITTED,), _("Exporter")),
    (_("In review"), (ApplicationState.IN_REVIEW, ApplicationState.INFO_REQUIRED), _("Underwriter")),
    (_("Proposed, waiting for approval"), (ApplicationState.PROPOSED,), _("Approver")),
    (_("Decided"), (ApplicationState.DECIDED, ApplicationState.DECLINED, ApplicationState.WITHDRAWN), ""),
)


def rail(application: LimitApplication) -> list[RailStep]:
    here = next((n for n, (_label, states, _who) in enumerate(STAGES) if application.state in states), -1)
    ended = here == len(STAGES) - 1
    return [
        RailStep(label, "done" if n < here or ended else "now" if n == here else "next", who=who if n == here else "",
                 on=application.submitted_at if n == 0 else application.decided_at if n == 3 else None)
        for n, (label, _states, who) in enumerate(STAGES)
    ]  # fmt: skip
