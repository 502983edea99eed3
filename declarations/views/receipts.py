"""Money from buyers: record, allocate, take back; overdue with ageing; statistics."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from declarations import selectors, services
from declarations.ageing import Bucket
from declarations.forms import ReasonForm, ReceiptForm
from declarations.list_forms import StatisticsForm
from declarations.models import Receipt, Shipment
from declarations.selectors import OverdueBuyer
from declarations.views.shared import actor_of
from limits.models import PaymentTerm
from policies.selectors import acts_as_insured
from sinosure.accounts.access import access
from sinosure.accounts.actor import Actor
from sinosure.core.money import Money
from sinosure.reference.models import in_chinese
from sinosure.ui.export import Column, export, wants_export
from sinosure.ui.pages import confirmation, form_page, page
from sinosure.ui.paging import keyset_page
from sinosure.ui.parts import RailStep

BUCKET_LABELS = {
    Bucket.D1_30: _("1–30 days"),
    Bucket.D31_60: _("31–60 days"),
    Bucket.D61_90: _("61–90 days"),
    Bucket.OVER_90: _("Over 90 days"),
}
RULES = {
    "REFERENCE": _("Invoice named by the buyer"),
    "OLDEST_DUE": _("Oldest due date first"),
    "REVERSAL": _("Reversal"),
}


@access("declarations.view")
def receipt_list(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request)
    rows = selectors.receipts(actor)
    if wants_export(request):
        return export(request, rows.order_by("-received_on", "-id"), _columns(), "receipts")
    shown = keyset_page(rows, request, order=("-received_on", "-id"))
    return page(
        request,
        "declarations/receipts.html",
        {"page": shown, "may_record": acts_as_insured(actor) and actor.can("declarations.receipt")},
    )


def _columns() -> list[Column]:
    return [
        Column(_("Value date"), "received_on", "date"),
        Column(_("Bank reference"), "reference"),
        Column(_("Buyer"), "obligor.name"),
        Column(_("Currency"), "currency"),
        Column(_("Amount"), "amount", "amount", currency="currency"),
        Column(_("Not allocated"), "unallocated", "amount", currency="currency"),
        Column(_("Reversal"), lambda row: "Y" if row.is_reversal else ""),
    ]


@access("declarations.receipt")
def receipt_new(request: HttpRequest) -> HttpResponseBase:
    """Record money; the page before sending shows where it goes by rule."""
    actor = actor_of(request)
    form = ReceiptForm(request.POST or None, actor=actor, initial=_prefilled(request))

    def preview(data: dict[str, Any]) -> dict[str, Any]:
        planned, left = services.plan_receipt(actor=actor, **form.asked())
        facts = [
            (
                f"{one.shipment.invoice_no} · {RULES[one.allocation.rule]}",
                Money(one.allocation.amount, data["currency"]),
            )
            for one in planned
        ]
        notes = [("amber", _("More was received than is open. The rest stays unallocated."))] if left else []
        return {
            "facts": [*facts, *([(_("Not allocated"), Money(left, data["currency"]))] if left else [])],
            "notes": notes,
            "verb": _("Record"),
        }

    return form_page(
        request,
        "components/form_page.html",
        form,
        lambda data: services.record_receipt(actor=actor, **form.asked(), reference=data["reference"]),
        lambda row: reverse("declarations:receipt-done", args=[row.pk]),
        check=True,
        preview=preview,
        context={
            "title": _("Record money received"),
            "verb": _("Continue"),
            "cancel_url": reverse("declarations:receipts"),
            "intro": _("It frees the limit, and what was above the limit becomes covered, oldest shipment first."),
        },
    )


def _prefilled(request: HttpRequest) -> dict[str, Any]:
    """From a line: its buyer and what is open."""
    pk = request.GET.get("line", "")
    rows = Shipment.objects.visible_to(actor_of(request)).filter(
        pk=int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 19 else 0
    )
    row = rows.first()
    if row is None:
        return {}
    return {
        "obligor": row.obligor_id,
        "currency": row.currency,
        "amount": f"{Money(row.open_amount, row.currency).rounded().amount}",
        "invoice_no": row.invoice_no,
    }


def _receipt(request: HttpRequest, pk: int) -> Receipt:
    return get_object_or_404(
        selectors.receipts(actor_of(request)).select_related("reverses", "reversed_by", "recorded_by"), pk=pk
    )


@access("declarations.view")
def receipt_detail(request: HttpRequest, pk: int) -> HttpResponse:
    receipt, actor = _receipt(request, pk), actor_of(request)
    facts = [
        (_("From"), receipt.obligor.name),
        (_("Insured"), receipt.policyholder.name),
        (_("Amount received"), Money(receipt.amount, receipt.currency)),
        (_("Value date"), receipt.received_on),
        (_("Bank reference"), receipt.reference),
        (_("Recorded at"), receipt.recorded_at),
        (_("Not allocated"), Money(receipt.unallocated, receipt.currency)),
    ]
    context = {
        "receipt": receipt,
        "facts": facts,
        "reversed_by": getattr(receipt, "reversed_by", None),
        "rows": [
            (one, RULES.get(one.rule, one.rule))
            for one in receipt.allocations.select_related("shipment").order_by("id")
        ],
        "may_reverse": actor.may("declarations.receipt", receipt)
        and not receipt.is_reversal
        and not hasattr(receipt, "reversed_by"),
    }
    return page(request, "declarations/receipt.html", context)


@access("declarations.receipt")
def receipt_done(request: HttpRequest, pk: int) -> HttpResponse:
    receipt = _receipt(request, pk)
    rows = receipt.allocations.select_related("shipment").order_by("id")
    facts = [(row.shipment.invoice_no, Money(row.amount, receipt.currency)) for row in rows]
    return confirmation(
        request,
        title=_("The receipt is recorded"),
        number=receipt.reference,
        at=receipt.recorded_at,
        facts=facts,
        next_steps=[
            RailStep(_("Recorded"), "done", receipt.recorded_at),
            RailStep(_("The limit is freed and cover moves up"), "done"),
        ],
        links=[
            (_("Open the receipt"), reverse("declarations:receipt", args=[pk])),
            (_("Record another"), reverse("declarations:receipt-new")),
        ],
    )


@access("declarations.receipt")
def receipt_reverse(request: HttpRequest, pk: int) -> HttpResponseBase:
    receipt, actor = _receipt(request, pk), actor_of(request)
    back = reverse("declarations:receipt", args=[pk])
    return form_page(
        request,
        "components/form_page.html",
        ReasonForm(request.POST or None),
        lambda data: services.reverse_receipt(actor=actor, receipt_id=receipt.pk, reason=data["reason"]),
        back,
        context={
            "title": _("Take the receipt back"),
            "verb": _("Take back"),
            "sub": receipt.reference,
            "cancel_url": back,
            "intro": _("The invoices are open again and their clocks run again."),
        },
        message=_("The receipt is reversed."),
    )


@access("declarations.view")
def overdue_list(request: HttpRequest) -> HttpResponseBase:
    """What buyers owe late: by buyer with ageing, then invoice by invoice."""
    actor = actor_of(request)
    rows = selectors.overdue(actor)
    if wants_export(request):
        return export(request, rows.select_related("obligor", "policyholder", "policy"), _overdue_columns(), "overdue")
    by_buyer = selectors.overdue_by_buyer(actor)
    sums = selectors.ageing_in_usd(by_buyer)
    chart = [(BUCKET_LABELS[name], total, f"b{i}") for i, (name, total) in enumerate(sums.items())]
    optional = selectors.notice_optional(actor)
    context = {
        "by_buyer": [(row, _next_steps(actor, row, optional)) for row in by_buyer[:50]],
        "more": len(by_buyer) > 50,
        "buckets": list(BUCKET_LABELS.values()),
        "chart": chart,
        "page": keyset_page(rows, request, order=("due_on", "id")),
        "show_insured": not actor.is_exporter,
        "may_register": bool(optional) and actor.can("declarations.declare"),
        "may_record": acts_as_insured(actor) and actor.can("declarations.receipt"),
    }
    return page(request, "declarations/overdue.html", context)


def _next_steps(actor: Actor, row: OverdueBuyer, optional: frozenset[int]) -> list[tuple[Any, str]]:
    """What the insured may start on this buyer in the app above: the claim itself where no notice is needed (AMB-1)."""
    if not acts_as_insured(actor):
        return []
    steps = [(_("File a loss notice"), "claims:notice-start")]
    if row.policy_id in optional:
        steps.insert(0, (_("File a claim"), "claims:claim-start-overdue"))
    return [(label, reverse(route, args=[row.policy_id, row.obligor_id])) for label, route in steps]


def _overdue_columns() -> list[Column]:
    return [
        Column(_("Insured"), "policyholder.name"),
        Column(_("Buyer"), "obligor.name"),
        Column(_("Invoice number"), "invoice_no"),
        Column(_("Shipment date"), "shipped_on", "date"),
        Column(_("Due date"), "due_on", "date"),
        Column(_("Currency"), "currency"),
        Column(_("Invoice amount"), "amount", "amount", currency="currency"),
        Column(_("Open amount"), "open_amount", "amount", currency="currency"),
        Column(_("Covered"), "covered", "amount", currency="policy.currency"),
    ]


@access("declarations.view")
def statistics(request: HttpRequest) -> HttpResponseBase:
    """DEC-7 出运统计: by month, country, buyer or term, with totals in policy currency."""
    form = StatisticsForm(request.GET or None)
    by, first, last = form.chosen()
    rows = [_named(row, by) for row in selectors.statistics(actor_of(request), by, first, last)[:500]]
    if wants_export(request):
        return export(request, rows, _statistics_columns(), f"shipments-by-{by}")
    totals: dict[str, dict[str, Any]] = {}
    for row in rows:
        total = totals.setdefault(row["currency"], {"lines": 0, "value": 0, "covered": 0, "premium": 0})
        for name in total:
            total[name] += row[name]
    own = [row for row in rows[:12] if row["currency"] == rows[0]["currency"]]
    chart = [(row["name"], (row["value"] / 1000).quantize(Decimal("0.1")), "b1") for row in own]
    context = {
        "filters": form,
        "rows": rows,
        "totals": totals.items(),
        "chart": chart if by == "month" else [],
        "first": first,
        "last": last,
    }
    return page(request, "declarations/statistics.html", context)


def _statistics_columns() -> list[Column]:
    return [
        Column(_("Group"), "name"),
        Column(_("Currency"), "currency"),
        Column(_("Lines"), "lines", "number"),
        *(
            Column(label, name, "amount", currency="currency")
            for label, name in ((_("Declared value"), "value"), (_("Covered"), "covered"), (_("Premium"), "premium"))
        ),
    ]


def _named(row: dict[str, Any], by: str) -> dict[str, Any]:
    """The group in words."""
    if by == "month":
        name = f"{row['month']:%Y-%m}"
    elif by == "country":
        name = row["obligor__country__name_zh" if in_chinese() else "obligor__country__name_en"]
    elif by == "buyer":
        name = f"{row['obligor__name']} ({row['obligor__code']})"
    else:
        name = str(PaymentTerm(row["term"]).label)
    figures = {figure: row[figure] or 0 for figure in ("lines", "value", "covered", "premium")}
    return {"name": name, "currency": row["policy__currency"], **figures}
