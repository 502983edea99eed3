"""Regional schemes: the sponsors' dashboard, the fund and its top-ups, cases from the report to the compensation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from financing import pages
from financing.schemes import fund, selectors, services
from financing.schemes.entry import terms_of
from financing.schemes.lifecycle import CASE, TOP_UP
from financing.schemes.models import CaseState, RegionalScheme, SchemeCase, TopUp
from sinosure.accounts.access import access
from sinosure.accounts.access import request_actor as actor_of
from sinosure.accounts.actor import Actor
from sinosure.accounts.roles import Kind
from sinosure.core.money import Money
from sinosure.ui import fields
from sinosure.ui.actions import buttons as move_buttons
from sinosure.ui.chips import tone_and_label
from sinosure.ui.forms import Form
from sinosure.ui.pages import FORM_PAGE, act, confirm_page, form_page, page
from sinosure.ui.parts import Tile


class TopUpForm(Form):
    amount = fields.AmountField(label=_("Amount paid in, CNY"), currency="CNY")
    reference = forms.CharField(label=_("Reference of the payment"), max_length=60)


def scheme_url(pk: int) -> str:
    return reverse("financing:scheme-detail", args=[pk])


def case_url(row: SchemeCase) -> str:
    return reverse("financing:scheme-case", args=[row.pk])


@access("schemes.view")
def scheme_list(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    rows = [(row, selectors.overview(row)) for row in selectors.schemes(actor)]
    tabs = () if actor.kind == Kind.SPONSOR else pages.tabs("schemes", actor)
    return page(request, "financing/schemes.html", {"rows": rows, "tabs": tabs})


@access("schemes.view")
def scheme_detail(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    scheme: RegionalScheme = get_object_or_404(selectors.schemes(actor), pk=pk)
    seen, terms = selectors.overview(scheme), terms_of(scheme)
    is_bureau = actor.can("schemes.fund") and actor.organisation_id == scheme.finance_id
    context = {
        "scheme": scheme, "seen": seen, "tiles": _tiles(scheme, seen), "terms": terms,
        "products": scheme.products.select_related("product__bank").order_by("id"),
        "cases": selectors.cases(actor).filter(scheme=scheme)[:50], "names_firms": selectors.names_firms(actor),
        "book": selectors.book(scheme)[:50], "is_bureau": is_bureau, "names_people": is_bureau or actor.is_insurer,
        "top_ups": [(row, _buttons(row, actor) if is_bureau else ()) for row in selectors.top_ups(scheme)[:20]],
        "reportable": selectors.reportable(actor, scheme) if actor.is_bank and actor.can("schemes.report") else (),
    }  # fmt: skip
    return page(request, "financing/scheme.html", context)


def _tiles(scheme: RegionalScheme, seen: selectors.Overview) -> list[Tile]:
    tone = "red" if seen.is_stopped else ""
    note = _("Used up: no new loans") if seen.is_stopped else ""
    return [
        Tile(_("Left in the fund"), seen.balance, currency=scheme.currency, tone=tone, note=note),
        Tile(_("Paid in"), seen.paid_in, currency=scheme.currency),
        Tile(_("Paid out"), seen.paid_out, currency=scheme.currency),
        Tile(_("Reported losses, the fund's share"), seen.expected, currency=scheme.currency),
    ]


def _buttons(row: TopUp, actor: Actor) -> Any:
    return move_buttons(TOP_UP.available(row, actor), "financing:scheme-top-up-{action}", row.pk)


@access("schemes.fund")
def scheme_top_up(request: HttpRequest, pk: int) -> HttpResponseBase:
    actor = actor_of(request)
    scheme: RegionalScheme = get_object_or_404(selectors.schemes(actor), pk=pk)
    fund.refuse_others(actor, scheme)
    context = {
        "title": _("Top up the fund"), "sub": scheme.name, "verb": _("Enter"), "cancel_url": scheme_url(pk),
        "intro": _("Another person at the bureau confirms before it counts."),
    }  # fmt: skip
    return form_page(
        request, FORM_PAGE, TopUpForm(request.POST or None),
        lambda data: fund.propose(actor=actor, scheme_id=pk, **data), scheme_url(pk),
        message=_("Entered. A second person confirms it."), context=context,
    )  # fmt: skip


@access("schemes.fund")
@require_POST
def scheme_top_up_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, "confirm", _("The fund is topped up."))


@access("schemes.fund")
@require_POST
def scheme_top_up_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, "refuse", _("The top-up is refused."))


def _decide(request: HttpRequest, pk: int, action: str, message: Any) -> HttpResponse:
    actor = actor_of(request)
    row: TopUp = get_object_or_404(TopUp, pk=pk, scheme__in=selectors.schemes(actor))
    return act(
        request, None, lambda: fund.decide(actor=actor, top_up_id=pk, action=action), scheme_url(row.scheme_id), message
    )


@access("schemes.report")
def scheme_report(request: HttpRequest, pk: int, loan: int) -> HttpResponse:
    """The bank reports one overdue loan."""
    actor = actor_of(request)
    scheme: RegionalScheme = get_object_or_404(selectors.schemes(actor), pk=pk)
    row = get_object_or_404(selectors.reportable(actor, scheme), pk=loan)
    if request.method == "POST":
        return act(
            request, None, lambda: services.report(actor=actor, loan_id=loan), case_url, _("The loss is reported.")
        )
    return confirm_page(
        request, title=_("Report the loan as lost"), verb=_("Report the loan as lost"), cancel_url=scheme_url(pk),
        text=_("The indemnity comes first; the fund pays its share of what is left."),
        facts=[(_("Loan"), row.number), (_("Exporter"), row.policyholder.name), (_("Matures on"), row.matures_on),
               (_("Still open"), Money(row.outstanding, row.currency))],
    )  # fmt: skip


def case_or_404(request: HttpRequest, pk: int) -> SchemeCase:
    row: SchemeCase = get_object_or_404(selectors.cases(actor_of(request)), pk=pk)
    return row


@access("schemes.view")
def scheme_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Who bears what, in order; before the compensation as it would be today."""
    actor, case = actor_of(request), case_or_404(request, pk)
    is_settled = case.state == CaseState.SETTLED
    parts = None if is_settled else services.preview(case, case.scheme)
    shown = case if parts is None else parts
    is_bureau = actor.organisation_id == case.scheme.finance_id
    waits = not is_settled and not services.indemnity_of(case.loan).is_final
    moves = CASE.available(case, actor) if is_bureau and not waits else []
    context = {
        "case": case, "case_tone": tone_and_label(case, "state")[0], "names_firms": selectors.names_firms(actor), "is_settled": is_settled,
        "parts": _parts(case, shown), "steps": case.working if is_settled else shown.steps,  # type: ignore[union-attr]
        "waits": waits,
        "buttons": move_buttons(moves, "financing:scheme-case-{action}", case.pk, ask={"settle"}),
    }  # fmt: skip
    return page(request, "financing/scheme_case.html", context)


def _parts(case: SchemeCase, shown: Any) -> list[tuple[Any, Money]]:
    bank = case.bank_part if shown is case else shown.bank
    rows = [(_("1. Insurance indemnity"), shown.indemnity), (_("2. Guarantee"), shown.guarantee), (_("3. Risk fund"), shown.fund),
            (_("4. Remainder of the bank"), bank)]  # fmt: skip
    return [(label, Money(amount, case.currency)) for label, amount in rows]


@access("schemes.fund")
def scheme_case_settle(request: HttpRequest, pk: int) -> HttpResponse:
    actor, case = actor_of(request), case_or_404(request, pk)
    fund.refuse_others(actor, case.scheme)
    if request.method == "POST":
        return act(
            request, None, lambda: services.settle(actor=actor, case_id=pk), case_url, _("The loss is compensated.")
        )
    parts = services.preview(case, case.scheme)
    return confirm_page(
        request, title=_("Compensate"), verb=_("Compensate"), cancel_url=case_url(case), facts=_parts(case, parts),
        text=_("The fund pays its part at once; it cannot be taken back."),
    )  # fmt: skip
