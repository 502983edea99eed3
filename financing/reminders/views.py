"""Remind the exporter, from a loan or from an assigned policy in the cockpit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from financing import selectors
from financing.forms import RemindForm
from financing.models import Reminder
from financing.reminders import services
from financing.views.loans import loan_or_404, loan_url
from sinosure.accounts.access import access
from sinosure.accounts.access import request_actor as actor_of
from sinosure.core.errors import NotAllowed
from sinosure.ui.pages import form_page


@access("financing.lend")
def loan_remind(request: HttpRequest, pk: int) -> HttpResponseBase:
    loan = loan_or_404(request, pk)
    sub = f"{loan.number} · {loan.shipment.invoice_no} · {loan.policyholder.name}"
    return _remind(
        request, sub, loan_url(loan),
        lambda data: services.of_loan(actor=actor_of(request), loan_id=pk, **data),
    )  # fmt: skip


@access("financing.lend")
def policy_remind(request: HttpRequest, pk: int) -> HttpResponseBase:
    policy = get_object_or_404(selectors.assigned_policies(actor_of(request), pk))
    return _remind(
        request, f"{policy} · {policy.policyholder.name}", reverse("financing:list"),
        lambda data: services.of_policy(actor=actor_of(request), policy_id=pk, **data),
    )  # fmt: skip


def _remind(request: HttpRequest, sub: str, back: str, deed: Callable[[dict[str, Any]], Reminder]) -> HttpResponseBase:
    if not actor_of(request).is_bank:
        raise NotAllowed()
    context = {
        "title": _("Remind the exporter"), "sub": sub, "verb": _("Send the reminder"), "cancel_url": back,
        "intro": _("It comes into the exporter's inbox at once and is kept. One a day on each matter."),
    }  # fmt: skip
    form = RemindForm(request.POST or None)
    return form_page(
        request, "components/form_page.html", form, deed, lambda _row: back, message=_("The reminder is sent."),
        context=context,
    )  # fmt: skip
