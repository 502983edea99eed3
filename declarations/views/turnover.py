"""Year-end adjustments: the insured states its turnover, finance adjusts and returns premium (PRM-4)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from declarations import selectors
from declarations.forms import ReturnForm, TurnoverForm
from declarations.lifecycle import TURNOVER
from declarations.models import TurnoverState, TurnoverStatement
from declarations.services import turnover as services
from declarations.views.shared import actor_of
from policies.annual import adjustment, annual_steps
from sinosure.accounts.access import access
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.deadlines.models import Deadline
from sinosure.documents.models import Document
from sinosure.ui.actions import buttons
from sinosure.ui.pages import act, confirm_page, form_page, page
from sinosure.ui.paging import keyset_page
from sinosure.ui.parts import RailStep, tabs


@access("declarations.view")
def turnover_list(request: HttpRequest) -> HttpResponseBase:
    actor, state = actor_of(request), request.GET.get("state", "")
    rows = selectors.statements(actor)
    if state in TurnoverState.values:
        rows = rows.filter(state=state)
    choices = [("", _("All")), *((one.value, one.label) for one in TurnoverState)]
    context = {
        "page": keyset_page(rows, request, order=("-opened_at", "-id")), "tabs": tabs(request, "state", choices),
        "show_insured": not actor.is_exporter,
    }  # fmt: skip
    return page(request, "declarations/turnovers.html", context)


def _statement(request: HttpRequest, pk: int) -> TurnoverStatement:
    return get_object_or_404(selectors.statements(actor_of(request)), pk=pk)


def url_of(statement: TurnoverStatement) -> str:
    return reverse("declarations:turnover", args=[statement.pk])


@access("declarations.view")
def turnover_detail(request: HttpRequest, pk: int) -> HttpResponse:
    statement, actor = _statement(request, pk), actor_of(request)
    terms = services.terms_of(statement)
    actual = statement.actual
    context = {
        "statement": statement, "facts": _facts(statement, actor.is_insurer), "rail": _rail(statement),
        "steps": annual_steps(terms) if actual is None else adjustment(terms, actual).steps,
        "letters": Document.objects.visible_to(actor).of(statement).order_by("-id"),
        "notes": [
            _("The turnover is to be stated by %(day)s.") % {"day": row.legal_due}
            for row in Deadline.objects.visible_to(actor).of(statement).open()
        ],
        "buttons": buttons(TURNOVER.available(statement, actor), "declarations:turnover-{action}", pk,
                           ask={"state", "state_for_insured", "settle", "pay_back"}),
    }  # fmt: skip
    return page(request, "declarations/turnover.html", context)


def _facts(statement: TurnoverStatement, for_staff: bool) -> list[tuple[Any, Any]]:
    policy, currency = statement.policy, statement.currency
    found: list[tuple[Any, Any]] = [
        (_("Insured"), statement.policyholder.name),
        (_("Policy"), str(policy)),
        (_("Period"), f"{policy.starts_on} – {policy.terminated_on or policy.ends_on}"),
        (_("Registered shipments"), Money(services.registered(statement), currency)),
    ]
    if statement.actual is not None:
        found.append((_("Turnover stated"), Money(statement.actual, currency)))
    if statement.remark:
        found.append((_("Remark"), statement.remark))
    if for_staff and statement.stated_by is not None:
        found.append((_("Stated by"), statement.stated_by.name))
    if statement.change is not None:
        found.append((_("Change of the premium"), Money(statement.change, currency)))
    if statement.returned_on is not None:
        found.append((_("Returned on"), f"{statement.returned_on} · {statement.return_reference}"))
    return found


def _rail(statement: TurnoverStatement) -> list[RailStep]:
    order = list(TurnoverState.values)
    at = order.index(statement.state)
    is_settled = statement.change is not None
    steps = [
        RailStep(_("The period has ended"), "done", statement.opened_at),
        RailStep(_("The insured states its turnover"), "done" if at else "now", statement.stated_at),
        RailStep(
            _("The premium is adjusted"), "done" if is_settled else "now" if at == 1 else "next", statement.settled_at
        ),
    ]
    if statement.change is not None and statement.change < 0:
        steps.append(RailStep(_("Premium is returned"), "done" if statement.returned_on else "now"))
    return steps


@access("declarations.declare")
def turnover_state(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _state(request, pk, "state")


@access("declarations.review")
def turnover_state_for_insured(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _state(request, pk, "state_for_insured")


def _state(request: HttpRequest, pk: int, action: str) -> HttpResponseBase:
    """Fill in, see what it means for the premium, confirm."""
    statement, actor = _statement(request, pk), actor_of(request)
    TURNOVER.check(action, statement, actor)
    initial = {"actual": statement.actual, "remark": statement.remark}
    form = TurnoverForm(request.POST or None, currency=statement.currency, initial=initial)

    def preview(data: dict[str, Any]) -> dict[str, Any]:
        return {"steps": services.preview(statement, data["actual"]).steps, "verb": _("State the turnover")}

    context = {
        "title": _("State the turnover"), "sub": str(statement.policy), "verb": _("Continue"),
        "cancel_url": url_of(statement),
        "intro": _("All exports in the scope of the policy, shipped within its period, in the policy currency."),
    }  # fmt: skip
    return form_page(
        request, "components/form_page.html", form,
        lambda data: services.state(actor=actor, statement_id=pk, **data), url_of,
        check=True, preview=preview, context=context, message=_("The turnover is stated."),
    )  # fmt: skip


@access("premium.bill")
def turnover_settle(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One look at the change, then a notice, a return or nothing."""
    statement, actor = _statement(request, pk), actor_of(request)
    TURNOVER.check("settle", statement, actor)
    if request.method == "POST":
        deed = lambda: services.settle(actor=actor, statement_id=pk)  # noqa: E731
        return act(request, None, deed, url_of, _("The premium is adjusted."))
    assert statement.actual is not None  # CHECK turnover_stated
    change = services.preview(statement, statement.actual).change
    facts = [
        (_("Turnover stated"), Money(statement.actual, statement.currency)),
        (_("Change of the premium"), Money(change, statement.currency)),
    ]
    text = _(
        "A notice for additional premium is issued, or premium is set aside for return; the insured gets the letter."
    )
    return confirm_page(
        request,
        title=_("Adjust the premium"),
        text=text,
        facts=facts,
        verb=_("Adjust the premium"),
        cancel_url=url_of(statement),
    )


@access("premium.book")
def turnover_pay_back(request: HttpRequest, pk: int) -> HttpResponseBase:
    statement, actor = _statement(request, pk), actor_of(request)
    TURNOVER.check("pay_back", statement, actor)
    form = ReturnForm(request.POST or None, initial={"paid_on": clock.today()})
    context = {
        "title": _("Book the return of premium"), "sub": str(Money(statement.returned, statement.currency)),
        "verb": _("Book"), "cancel_url": url_of(statement),
    }  # fmt: skip
    return form_page(
        request, "components/form_page.html", form,
        lambda data: services.pay_back(actor=actor, statement_id=pk, **data), url_of,
        context=context, message=_("The return is booked."),
    )  # fmt: skip
