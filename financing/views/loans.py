"""The bank's cockpit, loans, and what may be financed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from declarations.models import Shipment
from financing import accruing, cockpit, pages, policy_rows, progress, selectors, services
from financing.amendments import selectors as amendments
from financing.cover_notices import selectors as notices
from financing.factoring import selectors as factoring
from financing.forms import DrawForm, InvoiceForm, LoanForm, ReasonForm, RepaymentForm, loan_filters
from financing.lifecycle import LOAN
from financing.models import Loan
from financing.reminders import selectors as reminders
from financing.services.loans import ceiling_of, refusal
from financing.verification import Ask, Verdict
from sinosure.accounts.access import access
from sinosure.accounts.access import request_actor as actor_of
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.core.money import Money
from sinosure.ui.actions import buttons as move_buttons
from sinosure.ui.chips import tone_and_label
from sinosure.ui.export import Column, export, wants_export
from sinosure.ui.pages import form_page, page
from sinosure.ui.paging import keyset_page

MOST_POLICIES = 100


@access("financing.view")
def home(request: HttpRequest) -> HttpResponseBase:
    """Where financing stands: what waits for a signature, loans, and for a bank each assigned policy."""
    actor, chosen = actor_of(request), loan_filters(request.GET).chosen()
    policy = chosen.get("policy")
    shown = keyset_page(selectors.listed_loans(actor, state="open", policy=policy), request, size=15)
    assigned = (
        selectors.assigned_policies(actor, policy) if actor.is_bank else selectors.assigned_policies(actor).none()
    )
    rows = policy_rows.policy_rows(actor, assigned[:MOST_POLICIES])
    context = {
        "to_sign": selectors.to_sign(actor)[:20], "amendments": amendments.to_sign(actor)[:20],
        "page": shown, "rows": cockpit.loan_rows(shown), "policies": rows,
        "bank_policies": factoring.bank_policies(actor)[:20] if actor.is_bank else (),
        "sold_under": factoring.contracts(actor)[:20] if actor.is_exporter else (),
        "tabs": pages.tabs("list", actor), "tiles": pages.tiles(actor, len(rows)) if actor.is_bank else (),
        "agreements": () if actor.is_bank else selectors.listed_agreements(actor, policy=policy).order_by("-id")[:10],
        "may_draft": actor.is_exporter and actor.can("financing.draft"),
        "may_lend": actor.is_bank and actor.can("financing.lend"),
    }  # fmt: skip
    return page(request, "financing/home.html", context)


@access("financing.view")
def loan_list(request: HttpRequest) -> HttpResponseBase:
    actor, form = actor_of(request), loan_filters(request.GET)
    rows = selectors.listed_loans(actor, **form.chosen())
    if wants_export(request):
        return export(request, rows, _columns(), "loans")
    shown = keyset_page(rows, request)
    context = {
        "page": shown, "rows": cockpit.loan_rows(shown), "filters": form, "tabs": pages.tabs("loans", actor),
        "may_lend": actor.is_bank and actor.can("financing.lend"),
    }  # fmt: skip
    return page(request, "financing/loans.html", context)


def _columns() -> list[Column]:
    return [
        Column(_("Loan"), "number"),
        Column(_("Invoice"), "shipment.invoice_no"),
        Column(_("Exporter"), "policyholder.name"),
        Column(_("Bank"), "bank.name"),
        Column(_("Currency"), "currency"),
        Column(_("Amount lent"), "principal", "amount", currency="currency"),
        Column(_("Repaid so far"), "repaid", "amount", currency="currency"),
        Column(_("Drawn on"), "drawn_on", "date"),
        Column(_("Matures on"), "matures_on", "date"),
        Column(_("State"), lambda row: row.shown_state.label),
    ]


def loan_or_404(request: HttpRequest, pk: int, action: str = "") -> Loan:
    row: Loan = get_object_or_404(selectors.loans(actor_of(request)), pk=pk)
    if action:
        LOAN.check(action, row, actor_of(request))
    return row


def loan_url(loan: Loan) -> str:
    return reverse("financing:loan-detail", args=[loan.pk])


@access("financing.view")
def loan_detail(request: HttpRequest, pk: int) -> HttpResponse:
    actor, loan = actor_of(request), loan_or_404(request, pk)
    row, repayments = cockpit.loan_rows([loan])[0], list(selectors.repayments(loan))
    moves = [move for move in LOAN.available(loan, actor) if move.action != "lapse"]
    buttons = move_buttons(moves, "financing:loan-{action}", loan.pk, ask={move.action for move in moves})
    context = {
        "loan": loan, "row": row, "facts": pages.loan_facts(row), "accrual": accruing.of_loan(loan, repayments),
        "state_tone": tone_and_label(loan, "shown_state")[0],
        "rail": progress.rail(loan, repayments), "sentence": progress.sentence(loan), "notice": notices.on_loan(actor, loan),
        "repayments": repayments, "buttons": buttons, "deeds": cockpit.deeds(actor, loan),
        "reminders": reminders.of_loan(actor, loan), "may_remind": reminders.may_remind(actor, loan), "ceiling": ceiling_of(loan.shipment),
    }  # fmt: skip
    return page(request, "financing/loan.html", context)


@access("financing.lend")
def loan_new(request: HttpRequest) -> HttpResponse:
    """Which shipment: those that may be financed, the newest first."""
    form = InvoiceForm(request.GET or None)
    q = request.GET.get("q", "")[:60]
    rows = selectors.financeable(actor_of(request), q)
    shown = keyset_page(rows, request, order=("-shipped_on", "-id"))
    offers = [(row, Money(ceiling_of(row).amount, row.currency)) for row in shown]
    return page(request, "financing/financeable.html", {"page": shown, "offers": offers, "filters": form, "q": q})


@access("financing.lend")
def loan_lend(request: HttpRequest, pk: int) -> HttpResponseBase:
    """投保核验 on one shipment, and the loan itself: reserved, or drawn at once where a day is given."""
    actor = actor_of(request)
    rows = Shipment.objects.visible_to(actor).select_related("policy", "policyholder", "obligor")
    shipment: Shipment = get_object_or_404(rows, pk=pk)
    if not actor.is_bank:
        raise NotAllowed()
    form = LoanForm(request.POST or None, shipment=shipment)
    context = {
        "shipment": shipment, "verdict": _asked(request, shipment, form), "facts": _shipment_facts(shipment),
        "cancel_url": reverse("financing:loan-new"),
    }  # fmt: skip
    return form_page(
        request, "financing/lend.html", form, lambda data: _lend(actor, pk, data), loan_url, check=True,
        preview=lambda data: {"steps": _passing(actor, shipment, data).steps},
        message=lambda row: _("Loan %(number)s is registered.") % {"number": row.number}, context=context,
    )  # fmt: skip


def _asked(request: HttpRequest, shipment: Shipment, form: LoanForm) -> Verdict | None:
    """投保核验 on what was typed, when the officer asks for it. Every question is kept with its answer: none is put by itself."""
    if request.POST.get("_go") != "verify" or not form.is_valid():
        return None
    try:
        return _verify(actor_of(request), shipment, form.cleaned_data)
    except DomainError as error:
        form.add_domain_error(error)
        return None


def _verify(actor: Actor, shipment: Shipment, data: dict[str, Any]) -> Verdict:
    ask = Ask(data["principal"], data["drawn_on"] or clock.today(), data["matures_on"])
    return services.verify(actor=actor, shipment_id=shipment.pk, ask=ask, customs_value=data["customs_value"])


def _passing(actor: Actor, shipment: Shipment, data: dict[str, Any]) -> Verdict:
    """The answer shown before the loan is registered; one that fails is named at its field."""
    verdict = _verify(actor, shipment, data)
    if not verdict.passes:
        raise refusal(verdict)
    return verdict


def _lend(actor: Actor, shipment_id: int, data: dict[str, Any]) -> Loan:
    deed = services.lend if data["drawn_on"] else services.approve
    return deed(actor=actor, shipment_id=shipment_id, **data)


def _shipment_facts(row: Shipment) -> list[tuple[Any, Any]]:
    return [
        (_("Policy"), str(row.policy)),
        (_("Exporter"), row.policyholder.name),
        (_("Who owes"), row.obligor.name),
        (_("Invoice amount"), Money(row.amount, row.currency)),
        (_("Received so far"), Money(row.amount - row.open_amount, row.currency)),
        (_("Amount covered"), Money(row.covered, row.policy.currency)),
        (_("Shipped on"), row.shipped_on),
        (_("Due date"), row.due_on),
    ]


@access("financing.lend")
def loan_repay(request: HttpRequest, pk: int) -> HttpResponseBase:
    loan = loan_or_404(request, pk, "repay")
    accrual = accruing.of_loan(loan, selectors.repayments(loan))
    form = RepaymentForm(request.POST or None, currency=loan.currency, due=accrual.due if accrual else None)
    intro = _("Still open: %(left)s.") % {"left": Money(loan.outstanding, loan.currency)}
    context = {
        "title": _("Book a repayment"), "sub": f"{loan.number} · {loan.shipment.invoice_no}", "intro": intro,
        "verb": _("Book a repayment"), "cancel_url": loan_url(loan),
    }  # fmt: skip
    return form_page(
        request, "components/form_page.html", form,
        lambda data: services.repay(actor=actor_of(request), loan_id=pk, **data), loan_url,
        message=_("The repayment is booked."), context=context,
    )  # fmt: skip


@access("financing.lend")
def loan_draw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """放款登记."""
    loan = loan_or_404(request, pk, "draw")
    form = DrawForm(request.POST or None)
    context = {
        "title": _("Register the drawdown"), "sub": f"{loan.number} · {loan.shipment.invoice_no}",
        "intro": _("%(amount)s is reserved until %(day)s.") % {
            "amount": Money(loan.principal, loan.currency), "day": loan.reserved_until},
        "verb": _("Register the drawdown"), "cancel_url": loan_url(loan),
    }  # fmt: skip
    return form_page(
        request, "components/form_page.html", form,
        lambda data: services.draw(actor=actor_of(request), loan_id=pk, **data), loan_url,
        message=_("The drawdown is registered."), context=context,
    )  # fmt: skip


@access("financing.lend")
def loan_give_up(request: HttpRequest, pk: int) -> HttpResponseBase:
    loan = loan_or_404(request, pk, "give_up")
    form = ReasonForm(request.POST or None)
    context = {
        "title": _("Give up the reservation"), "sub": f"{loan.number} · {loan.shipment.invoice_no}",
        "intro": _("The invoice is free again, for any bank."), "verb": _("Give up the reservation"),
        "cancel_url": loan_url(loan),
    }  # fmt: skip
    return form_page(
        request, "components/form_page.html", form,
        lambda data: services.give_up(actor=actor_of(request), loan_id=pk, reason=data["text"]), loan_url,
        message=_("The reservation is given up."), context=context,
    )  # fmt: skip
