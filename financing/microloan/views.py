"""信保贷: the exporter applies, signs and draws; the bank offers and signs; both read one page of each line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from declarations.models import Shipment
from financing import pages
from financing.forms import ReasonForm
from financing.microloan import authorising, drawing, selectors, services, showing
from financing.microloan.facts import dossier
from financing.microloan.forms import ApplyForm, CreditFilter, DrawForm, InvoiceForm, OfferForm, ReadForm
from financing.microloan.lifecycle import CREDIT_LINE
from financing.models import CreditLine, CreditState, DataItem
from financing.verification import Verdict
from sinosure.accounts.access import access
from sinosure.accounts.access import request_actor as actor_of
from sinosure.core.money import Money
from sinosure.documents.models import Document
from sinosure.ui.chips import tone_and_label
from sinosure.ui.export import Column, export, wants_export
from sinosure.ui.pages import FORM_PAGE, act, confirm_page, form_page, page
from sinosure.ui.paging import keyset_page
from sinosure.ui.show import plain_amount


def detail_url(line: CreditLine) -> str:
    return reverse("financing:credit-line-detail", args=[line.pk])


def line_or_404(request: HttpRequest, pk: int, action: str = "") -> CreditLine:
    row: CreditLine = get_object_or_404(selectors.lines(actor_of(request)), pk=pk)
    if action:
        CREDIT_LINE.check(action, row, actor_of(request))
    return row


@access("financing.view")
def credit_list(request: HttpRequest) -> HttpResponseBase:
    actor, form = actor_of(request), CreditFilter(request.GET or None)
    rows = selectors.listed(actor, **form.chosen())
    if wants_export(request):
        return export(request, rows, _columns(), "credit-lines")
    context = {
        "page": keyset_page(rows, request), "filters": form, "tabs": pages.tabs("credit", actor),
        "to_do": selectors.to_do(actor)[:20], "products": selectors.products().prefetch_related("terms"),
        "may_apply": actor.is_exporter and actor.can("financing.sign_exporter"),
    }  # fmt: skip
    return page(request, "financing/credit_lines.html", context)


def _columns() -> list[Column]:
    return [
        Column(_("Number"), "number"),
        Column(_("Exporter"), "policyholder.name"),
        Column(_("Bank"), "bank.name"),
        Column(_("Points"), "points"),
        Column(_("Currency"), "currency"),
        Column(_("Asked for"), "asked", "amount", currency="currency"),
        Column(_("Line"), "amount", "amount", currency="currency"),
        Column(_("State"), lambda row: row.shown_state.label),
    ]


@access("financing.sign_exporter")
def credit_apply(request: HttpRequest) -> HttpResponseBase:
    """Everything is filled in; one tick, one button, and the answer."""
    actor = actor_of(request)
    policy, products = selectors.policy_of(actor), selectors.products()
    if policy is None or not products:
        return page(request, "financing/credit_apply.html", {"policy": policy, "open_line": None})
    known = dossier(policy)
    first = products[0]
    most = services.ceilings_of(first, known)
    initial = {
        "product": first.pk,
        "asked": plain_amount(most.most, first.currency),
        "tenor_days": first.max_tenor_days,
    }
    form = ApplyForm(request.POST or None, products=products, until=authorising.last_day(), initial=initial)
    context = {
        "policy": policy, "open_line": selectors.open_line(actor), "known": showing.known_facts(policy, known),
        "products": [(row, Money(services.ceilings_of(row, known).most, row.currency)) for row in
                     products.prefetch_related("terms")],
        "steps": most.steps,
    }  # fmt: skip
    return form_page(
        request, "financing/credit_apply.html", form,
        lambda data: services.apply(
            actor=actor, product_id=data["product"].pk, asked=data["asked"], tenor_days=data["tenor_days"],
            authorises=data["authorises"],
        ),
        detail_url, context=context,
    )  # fmt: skip


@access("financing.view")
def credit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    actor, line = actor_of(request), line_or_404(request, pk)
    use, rows = selectors.use_of(line), showing.scored(line)
    authorisation = selectors.standing_authorisation(line)
    context = {
        "line": line, "state_tone": tone_and_label(line, "shown_state")[0], "buttons": showing.buttons(line, actor),
        "sentence": showing.sentence(line, actor), "facts": showing.facts(line, use), "use": use, "rail": showing.rail(line),
        "may_read": selectors.may_read_data(line, actor), "rows": rows, "helps": showing.would_help(rows),
        "barred": showing.barred(line), "drawdowns": line.drawdowns.select_related("loan__shipment").order_by("-id"),
        "authorisation": authorisation,
        "authorisation_items": [DataItem(name).label for name in authorisation.items] if authorisation else (),
        "documents": _documents(line, request),
        "may_revoke": authorisation is not None and actor.is_exporter and actor.may("financing.sign_exporter", line),
        "may_authorise": authorisation is None and line.state in (CreditState.SIGNED, CreditState.ACTIVE)
        and actor.is_exporter and actor.can("financing.sign_exporter"),
    }  # fmt: skip
    return page(request, "financing/credit_line.html", context)


def _documents(line: CreditLine, request: HttpRequest) -> Any:
    return Document.objects.visible_to(actor_of(request)).of(line).order_by("-id")


@access("financing.lend")
def credit_offer(request: HttpRequest, pk: int) -> HttpResponseBase:
    line = line_or_404(request, pk, "offer")
    form = OfferForm(request.POST or None, line=line)
    intro = _("The scorecard gives %(points)s points, grade %(grade)s: at most %(most)s. Another person signs.") % {
        "points": line.points, "grade": line.grade, "most": Money(line.amount, line.currency)}  # fmt: skip
    return _asked(
        request, line, form, _("Make the offer"), lambda data: services.offer(actor=actor_of(request), line_id=pk, **data),
        _("The offer is made. The exporter signs next."), intro,
    )  # fmt: skip


@access("financing.sign_exporter")
def credit_sign(request: HttpRequest, pk: int) -> HttpResponseBase:
    line = line_or_404(request, pk, "sign")
    intro = _("%(amount)s at %(rate)s %% a year. With it the indemnities of policy %(policy)s are assigned to %(bank)s.") % {
        "amount": Money(line.amount, line.currency), "rate": f"{line.rate_pct.normalize():f}", "policy": line.policy,
        "bank": line.bank.name}  # fmt: skip
    return _asked(
        request, line, ReadForm(request.POST or None), _("Sign the contract"),
        lambda _data: services.sign(actor=actor_of(request), line_id=pk), _("Signed. The bank's approver signs next."),
        intro,
    )  # fmt: skip


@access("financing.sign_bank")
def credit_sign_bank(request: HttpRequest, pk: int) -> HttpResponseBase:
    line = line_or_404(request, pk, "sign_bank")
    intro = _("%(insured)s borrows up to %(amount)s. The assignment of the indemnities is signed with it; the insurer signs last.") % {
        "amount": Money(line.amount, line.currency), "insured": line.policyholder.name}  # fmt: skip
    return _asked(
        request, line, ReadForm(request.POST or None), _("Sign for the bank"),
        lambda _data: services.sign_bank(actor=actor_of(request), line_id=pk), _("The line is signed."), intro,
    )  # fmt: skip


@access("financing.lend")
def credit_decline(request: HttpRequest, pk: int) -> HttpResponseBase:
    line = line_or_404(request, pk, "decline")
    return _asked(
        request, line, ReasonForm(request.POST or None), _("Decline to lend"),
        lambda data: services.decline(actor=actor_of(request), line_id=pk, reason=data["text"]), _("Declined."),
        _("The exporter reads the reason."),
    )  # fmt: skip


def _asked(
    request: HttpRequest, line: CreditLine, form: Any, title: Any, deed: Callable[..., Any], message: Any, intro: Any
) -> HttpResponseBase:
    context = {
        "title": title, "sub": f"{line.number} · {line.policyholder.name}", "verb": title, "cancel_url": detail_url(line),
        "intro": intro, "told": showing.facts(line, selectors.use_of(line)),
    }  # fmt: skip
    return form_page(request, FORM_PAGE, form, deed, detail_url, message=message, context=context)


@access("financing.sign_exporter")
def credit_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    line = line_or_404(request, pk, "withdraw")
    return _confirmed(
        request, line, services.withdraw, _("Withdraw"), _("The application ends, and with it the data authorisation."),
        _("The application is withdrawn."),
    )  # fmt: skip


@access("financing.sign_bank")
def credit_close(request: HttpRequest, pk: int) -> HttpResponse:
    line = line_or_404(request, pk, "close")
    return _confirmed(
        request, line, services.close, _("Close the line"),
        _("Nothing more can be drawn. Release the assignment on its own page."), _("The line is closed."),
    )  # fmt: skip


@access("financing.sign_exporter")
def credit_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """At once."""
    line = line_or_404(request, pk)
    text = _(
        "The bank reads nothing more from this moment on. An application under way ends; a signed line pays out nothing more."
    )
    return _confirmed(
        request, line, authorising.revoke, _("Revoke the authorisation"), text, _("The authorisation is revoked.")
    )


@access("financing.sign_exporter")
def credit_authorise(request: HttpRequest, pk: int) -> HttpResponse:
    line = line_or_404(request, pk)
    text = _("The bank may read the same data again, until %(until)s, unless you revoke it before.") % {
        "until": authorising.last_day()}  # fmt: skip
    return _confirmed(
        request,
        line,
        authorising.authorise,
        _("Authorise the bank again"),
        text,
        _("The authorisation is given."),
        False,
    )


def _confirmed(
    request: HttpRequest, line: CreditLine, deed: Callable[..., CreditLine], verb: Any, text: Any, message: Any,
    danger: bool = True,
) -> HttpResponse:  # fmt: skip
    if request.method == "POST":
        actor = actor_of(request)
        return act(request, None, lambda: deed(actor=actor, line_id=line.pk), detail_url(line), message)
    return confirm_page(
        request, title=verb, verb=verb, text=text, cancel_url=detail_url(line), danger=danger,
        facts=[(_("Number"), line.number), (_("Bank"), line.bank.name), (_("Exporter"), line.policyholder.name)],
    )  # fmt: skip


@access("financing.sign_exporter")
def credit_draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Which invoice: those that may bear a loan of this bank."""
    line = line_or_404(request, pk, "draw")
    rows = selectors.drawable(line, actor_of(request)).select_related("obligor__country")[:50]
    return page(request, "financing/credit_invoices.html", {"line": line, "rows": rows, "use": selectors.use_of(line)})


@access("financing.sign_exporter")
def credit_invoice(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Register an invoice, then draw on it."""
    line = line_or_404(request, pk, "draw")
    form = InvoiceForm(request.POST or None)
    context = {
        "title": _("Register an invoice"), "sub": line.number, "verb": _("Register and go on"),
        "cancel_url": reverse("financing:credit-line-draw", args=[pk]),
        "intro": _("Invoices that left before the assignment took effect bear no loan."),
    }  # fmt: skip
    return form_page(
        request, FORM_PAGE, form,
        lambda data: drawing.register_invoice(actor=actor_of(request), line_id=pk, invoice=drawing.Invoice(**data)),
        lambda row: reverse("financing:credit-line-draw-on", args=[pk, row.pk]), context=context,
    )  # fmt: skip


@access("financing.sign_exporter")
def credit_draw_on(request: HttpRequest, pk: int, shipment: int) -> HttpResponseBase:
    """The most that may be drawn is filled in; one button."""
    actor, line = actor_of(request), line_or_404(request, pk, "draw")
    rows = Shipment.objects.visible_to(actor).filter(policy=line.policy_id).select_related("obligor", "policy")
    row: Shipment = get_object_or_404(rows, pk=shipment)
    form = DrawForm(request.POST or None, shipment=row)
    verdict = _verdict(request, line, row, form)
    principal = plain_amount(drawing.suggested(line, row, verdict), row.currency)
    form.initial = {"principal": principal, "matures_on": drawing.latest(line, row)}
    context = {
        "line": line, "shipment": row, "verdict": verdict, "room": Money(drawing.room(line, row.currency), row.currency),
        "cancel_url": reverse("financing:credit-line-draw", args=[pk]),
    }  # fmt: skip
    return form_page(
        request, "financing/credit_draw.html", form,
        lambda data: drawing.draw(actor=actor, line_id=pk, shipment_id=row.pk, **data), lambda _loan: detail_url(line),
        message=lambda loan: _("%(amount)s is on its way to your account: loan %(number)s.") % {
            "amount": Money(loan.principal, loan.currency), "number": loan.number},
        context=context,
    )  # fmt: skip


def _verdict(request: HttpRequest, line: CreditLine, shipment: Shipment, form: DrawForm) -> Verdict:
    """On what was typed, before that on nothing. Asked outside the deed, so that a refusal is kept."""
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    return drawing.verify(
        actor=actor_of(request), line=line, shipment_id=shipment.pk, principal=asked.get("principal", drawing.NOTHING),
        matures_on=asked.get("matures_on") or drawing.latest(line, shipment),
    )  # fmt: skip
