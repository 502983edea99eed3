"""Finance: claims to pay, payments to approve, send and confirm, recoveries to split."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from claims import payment, selectors
from claims.forms import ConfirmPaymentForm, ReasonForm
from claims.lifecycle import PAYMENT
from claims.models import Payment
from claims.views.shared import View, claim_or_404, claim_url
from sinosure.accounts.access import access
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.ui.actions import buttons
from sinosure.ui.forms import Form
from sinosure.ui.pages import FORM_PAGE, act, confirm_page, form_page, page
from sinosure.ui.paging import keyset_page

ASKS = {"confirm", "return", "cancel"}


def payment_or_404(request: HttpRequest, pk: int) -> Payment:
    found: Payment = get_object_or_404(selectors.payments_for(request.actor), pk=pk)
    return found


def payment_url(payment_id: int) -> str:
    return reverse("claims:payment-detail", args=[payment_id])


@access("payments.prepare")
def payment_list(request: HttpRequest) -> HttpResponse:
    """The desk of finance: what is to be prepared, what waits for whom, and the recoveries to book."""
    context = {
        "to_prepare": selectors.claims_to_pay(request.actor).order_by("due_on", "-claimed")[:50],
        "page": keyset_page(selectors.payments_for(request.actor), request),
        "receipts": selectors.receipts_to_book(request.actor)[:50],
        "far_away": selectors.FAR_AWAY,
    }
    return page(request, "claims/payments.html", context)


@access("payments.prepare")
@require_http_methods(["GET", "POST"])
def payment_prepare(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Who is paid how much and why him; the payee comes from the agreements."""
    claim = claim_or_404(request, pk)
    if request.method == "POST":
        answer = act(
            request, None, lambda: payment.prepare(actor=request.actor, claim_id=claim.pk), reverse("claims:payment-list"),
            _("The payment waits for a second person."),
        )  # fmt: skip
        assert answer is not None
        return answer
    opinion = selectors.standing(claim)
    parts = payment.parts_of(claim, opinion) if opinion else []
    return confirm_page(
        request, title=_("Prepare the payment"), verb=_("Prepare"), cancel_url=claim_url(claim.pk),
        text=_("Payee and account come from the policy and the agreements in force at each shipment. They cannot be typed."),
        facts=[(_("Claim"), f"{claim.number} · {claim.obligor.name}"), *_part_facts(parts, claim.currency)],
    )  # fmt: skip


def _part_facts(parts: list[payment.Part], currency: str) -> list[tuple[Any, Any]]:
    rows: list[tuple[Any, Any]] = []
    for part in parts:
        why = part.payee.agreement.number if part.payee.agreement else _("no assignment")
        rows += [
            (_("Payee"), f"{part.payee.account_name} ({why})"),
            (_("Account"), f"{part.payee.account_bank} {part.payee.account_no}"),
            (_("Invoices"), ", ".join(part.invoices)),
            (_("Amount"), Money(part.amount, currency)),
        ]
    return rows


@access("payments.prepare")
def payment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    row = payment_or_404(request, pk)
    context = {
        "payment": row, "claim": row.claim, "facts": _facts(row),
        "buttons": buttons(PAYMENT.available(row, request.actor), "claims:payment-{action}", row.pk, ask=ASKS),
        "own_work": row.state == "PREPARED" and row.prepared_by_id == request.actor.user_id,
    }  # fmt: skip
    return page(request, "claims/payment.html", context)


def _facts(row: Payment) -> list[tuple[Any, Any]]:
    rows = [
        (_("Claim"), row.claim.number),
        (_("Insured"), row.policyholder.name),
        (_("Payee"), row.account_name),
        (_("Account-holding bank"), row.account_bank),
        (_("Account number"), row.account_no),
        (_("Amount"), Money(row.amount, row.currency)),
        (_("For invoices"), row.remark),
        (_("Prepared by"), row.prepared_by.name if row.prepared_by else None),
        (_("Prepared"), row.prepared_at),
        (_("Approved by"), row.approved_by.name if row.approved_by else None),
        (_("Approved"), row.approved_at),
        (_("Sent"), row.sent_at),
        (_("Paid by the bank on"), row.confirmed_on),
        (_("Reference of the bank"), row.bank_reference),
    ]
    return [(label, value) for label, value in rows if value not in (None, "")]


def _deed(capability: str, service: Callable[..., Any], message: Any) -> View:
    @access(capability)
    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        row = payment_or_404(request, pk)
        answer = act(
            request, None, lambda: service(actor=request.actor, payment_id=row.pk), payment_url(row.pk), message
        )
        assert answer is not None
        return answer

    return view


def _asking(capability: str, service: Callable[..., Any], form_class: type[Form], title: Any, message: Any) -> View:
    @access(capability)
    @require_http_methods(["GET", "POST"])
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        row = payment_or_404(request, pk)
        initial = {"confirmed_on": clock.today()} if form_class is ConfirmPaymentForm else {}
        form = form_class(request.POST or None, initial=initial)
        return form_page(
            request, FORM_PAGE, form, lambda data: service(actor=request.actor, payment_id=row.pk, **data),
            payment_url(row.pk), message=message,
            context={"title": title, "sub": row.number, "cancel_url": payment_url(row.pk)},
        )  # fmt: skip

    return view


payment_approve = _deed("payments.approve", payment.approve, _("The payment is approved."))
payment_send = _deed("payments.prepare", payment.send, _("The payment is sent and booked."))
payment_confirm = _asking(
    "payments.prepare",
    payment.confirm,
    ConfirmPaymentForm,
    _("The bank confirms the payment"),
    _("The payment is confirmed."),
)
payment_return = _asking(
    "payments.prepare", payment.return_payment, ReasonForm, _("The bank returned the payment"),
    _("The booking is reversed. Prepare the payment again."),
)  # fmt: skip
payment_cancel = _asking(
    "payments.approve", payment.cancel, ReasonForm, _("Cancel the payment"), _("The payment is cancelled.")
)
