"""The list of shipments, one line with its working, and what may be done with it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from declarations import selectors, services
from declarations.forms import CorrectionForm, ExtensionForm, initial_of
from declarations.importer.columns import export_columns
from declarations.lifecycle import LINE
from declarations.list_forms import ListForm
from declarations.models import PremiumState, Shipment
from declarations.quoting import premium_of
from declarations.views.declaring import done_page
from declarations.views.shared import actor_of, ask_reason, line_or_404, line_url
from declarations.words import day_label
from policies.selectors import acts_as_insured, schedule_on
from sinosure.accounts.access import access
from sinosure.core.lifecycle import Move
from sinosure.core.money import Money
from sinosure.core.steps import Step
from sinosure.deadlines.models import Deadline
from sinosure.deadlines.registry import KINDS
from sinosure.ui.actions import buttons
from sinosure.ui.export import export, wants_export
from sinosure.ui.pages import form_page, page
from sinosure.ui.paging import keyset_page

ASK = {"correct", "correct_for_insured", "extend", "withdraw", "accept", "refuse"}


@access("declarations.view")
def shipment_list(request: HttpRequest) -> HttpResponseBase:
    """Shipments with their filters in the URL, the newest first; Excel of exactly what is filtered."""
    actor = actor_of(request)
    form = ListForm(request.GET or None, actor=actor)
    rows = selectors.listed(actor, **form.chosen())
    if wants_export(request):
        full = rows.select_related("obligor", "policy", "buyer", "financing_bank").order_by("-shipped_on", "-id")
        return export(request, full, export_columns(), "shipments")
    shown = keyset_page(rows.select_related("policy"), request, order=("-shipped_on", "-id"))
    context = {
        "page": shown,
        "filters": form,
        "may_declare": acts_as_insured(actor) and actor.can("declarations.declare"),
        "may_review": actor.can("declarations.review"),
    }
    return page(request, "declarations/list.html", context)


@access("declarations.view")
def shipment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    actor, row = actor_of(request), line_or_404(request, pk)
    context = {
        "row": row,
        "facts": _facts(row),
        "papers": _papers(row),
        "buttons": _buttons(request, row),
        "hold": selectors.shown_hold(actor, row),
        "premium_steps": _premium_steps(row),
        "waterfall": selectors.waterfall(actor, row),
        "exposure": selectors.exposure_of(row),
        "why": selectors.uncovered_words(row),
        "deadlines": _deadlines(request, row),
        "receipts": row.allocations.select_related("receipt").order_by("id"),
        "may_receipt": actor.may("declarations.receipt", row),
        "replaced_by": row.replaced_by,
    }
    return page(request, "declarations/detail.html", context)


def _buttons(request: HttpRequest, row: Shipment) -> list[Any]:
    moves = [move for move in LINE.available(row, actor_of(request)) if _makes_sense(move, row)]
    return buttons(moves, "declarations:{action}", row.pk, ask=ASK)


def _makes_sense(move: Move, row: Shipment) -> bool:
    """No button that the service would refuse anyway."""
    if move.action == "withdraw":
        return row.premium_state not in (PremiumState.BILLED, PremiumState.PAID) and not row.received
    if move.action in ("correct", "correct_for_insured"):
        return not row.received
    return move.action != "extend" or row.open_amount > 0


def _facts(row: Shipment) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = [
        (_("Insured"), row.policyholder.name),
        *([(_("Shipped in the name of"), row.affiliate)] if row.affiliate else []),
        (_("Policy"), str(row.policy)),
        (_("Who owes"), f"{row.obligor.name} · {row.obligor.country.name}"),
        (_("Payment term"), row.get_term_display()),
        (_("Credit period, days"), row.credit_days),
        (day_label(row.policy.wording.named), row.shipped_on),
        (_("Due date"), row.due_on),
        (_("Invoice amount"), Money(row.amount, row.currency)),
    ]
    if row.deposit:
        found.append((_("Deposit received before shipment"), Money(row.deposit, row.currency)))
    found.append((_("Open amount"), Money(row.open_amount, row.currency)))
    if row.currency != row.policy.currency:
        found.append((_("In policy currency"), Money(row.policy_amount, row.policy.currency)))
        found.append(
            (_("Rate on the day of declaration"), f"{row.fx.normalize():f} {row.currency} = 1 {row.policy.currency}")
        )
    if row.original_due_on and row.original_due_on != row.due_on:
        found.append((_("Due date before it was extended"), row.original_due_on))
    return found


def _papers(row: Shipment) -> list[tuple[Any, Any]]:
    named = [
        (_("Goods or service"), row.get_kind_display()),
        (_("B/L, AWB or rail number"), row.transport_no),
        (_("Customs declaration number"), row.customs_no),
        (_("Contract number"), row.contract_no),
        (_("Acceptance of the service"), row.acceptance_no),
        (_("HS code"), row.hs_code),
        (_("Goods or service described"), row.description),
        (_("L/C number"), row.lc_no),
        (_("Reference of the acceptance or aval"), row.aval_no),
        (_("Seller (exporter)"), row.seller),
        (_("Country of destination"), row.destination.name),
        (_("Financing wanted from"), row.financing_bank.name if row.financing_bank else ""),
        (_("Declared at"), row.declared_at),
        (_("Remark"), row.remark),
        (_("File"), str(row.batch) if row.batch else ""),
    ]
    return [(label, value) for label, value in named if value]


def _premium_steps(row: Shipment) -> list[Step]:
    """How the premium came about; the stored figures, when the country's class has changed since."""
    schedule = schedule_on(row.policy, row.shipped_on)
    currency = row.policy.currency
    if schedule is not None and row.premium_state != PremiumState.NONE:
        found = premium_of(
            schedule, row.term, row.credit_days, row.obligor.country.risk_class, row.policy_amount, currency
        )
        if found.premium == row.premium:
            return list(found.steps)
    stored = Step("§4.4", _("Premium: declared value × rate"), Money(row.premium, currency))
    return [Step("§4.4", _("Rate, %"), row.rate_pct.normalize()), stored] if row.premium else []


def _deadlines(request: HttpRequest, row: Shipment) -> list[tuple[Deadline, str]]:
    mine = Deadline.objects.visible_to(actor_of(request)).of(row).unsettled().order_by("legal_due")
    return [(one, str(KINDS[one.kind].label) % one.params) for one in mine if one.kind in KINDS]


@access("declarations.declare")
def shipment_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Proof of the declaration."""
    return done_page(request, line_or_404(request, pk))


@access("declarations.view")
def shipment_correct(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The line again, filled in; the old one is reversed and this one takes its place (DEC-5)."""
    row, actor = line_or_404(request, pk), actor_of(request)
    LINE.check("correct_for_insured" if actor.is_insurer else "correct", row, actor)
    form = CorrectionForm(request.POST or None, policy=row.policy, actor=actor, initial=initial_of(row))

    def deed(data: dict[str, Any]) -> Shipment:
        return services.correct(
            actor=actor, shipment_id=row.pk, line=form.line(), reason=data["reason"], version=data["version"]
        )

    context = {
        "title": _("Correct the declaration"),
        "verb": _("Continue"),
        "sub": f"{row.declaration_no} · {row.invoice_no}",
        "policy": row.policy,
        "correcting": row,
        "cancel_url": line_url(row),
    }
    return form_page(
        request,
        "declarations/new.html",
        form,
        deed,
        lambda new: reverse("declarations:detail" if actor.is_insurer else "declarations:done", args=[new.pk]),
        check=True,
        context=context,
    )


@access("declarations.declare")
def shipment_extend(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A later due date was agreed with the buyer (DEC-5)."""
    row, actor = line_or_404(request, pk), actor_of(request)
    return ask_reason(
        request,
        row,
        lambda data: services.extend_due(actor=actor, shipment_id=row.pk, due_on=data["due_on"], reason=data["reason"]),
        title=_("Extend the due date"),
        verb=_("Extend"),
        form=ExtensionForm(request.POST or None, initial={"due_on": row.due_on}),
        intro=_(
            "Up to 60 days in all need no consent; more needs the insurer's. An invoice more than 30 days overdue cannot be extended."
        ),
        message=_("The due date is extended, and the clocks that hang on it have moved."),
    )


@access("declarations.declare")
def shipment_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, actor = line_or_404(request, pk), actor_of(request)
    return ask_reason(
        request,
        row,
        lambda data: services.withdraw(actor=actor, shipment_id=row.pk, reason=data["reason"]),
        title=_("Take the declaration back"),
        verb=_("Take back"),
        message=_("The line is reversed."),
    )


@access("declarations.review")
def review_list(request: HttpRequest) -> HttpResponse:
    """Late lines and lines on hold, the oldest first."""
    shown = keyset_page(
        selectors.held(actor_of(request)).select_related("policy", "obligor__country"),
        request,
        order=("declared_at", "id"),
    )
    return page(request, "declarations/review.html", {"page": shown})


@access("declarations.review")
def shipment_accept(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, actor = line_or_404(request, pk), actor_of(request)
    return ask_reason(
        request,
        row,
        lambda data: services.accept_held(actor=actor, shipment_id=row.pk, comment=data["reason"]),
        title=_("Book the line"),
        verb=_("Book the line"),
        label=_("Comment"),
        required=False,
        message=_("The line is booked."),
    )


@access("declarations.review")
def shipment_refuse(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, actor = line_or_404(request, pk), actor_of(request)
    return ask_reason(
        request,
        row,
        lambda data: services.refuse_held(actor=actor, shipment_id=row.pk, comment=data["reason"]),
        title=_("Refuse the line"),
        verb=_("Refuse"),
        label=_("Why the line is refused; the insured reads it"),
        message=_("The line is refused."),
    )


@access("declarations.view")
def period_list(request: HttpRequest) -> HttpResponse:
    """The months, the newest first: to be declared, closed, nil."""
    actor = actor_of(request)
    shown = keyset_page(selectors.periods(actor), request, order=("-month", "-id"), size=24)
    return page(request, "declarations/periods.html", {"page": shown, "show_insured": not actor.is_exporter})


@access("declarations.view")
def period_detail(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    period = get_object_or_404(selectors.periods(actor), pk=pk)
    lines = services.lines_of(period).visible_to(actor)
    deadline = Deadline.objects.visible_to(actor).of(period).order_by("-id").first()
    notice = (
        selectors.notices(actor).filter(policy=period.policy_id, month=period.month).exclude(state="CANCELLED").first()
    )
    context = {
        "period": period,
        "sums": selectors.sums_of(lines),
        "deadline": deadline,
        "notice": notice,
        "page": keyset_page(lines.select_related("obligor", "policy"), request, order=("-shipped_on", "-id")),
        "may_close": actor.may("declarations.declare", period) and period.closed_at is None,
    }
    return page(request, "declarations/period.html", context)
