"""Remind the exporter, from a loan or from an assigned policy in the cockpit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from financing import cockpit, policy_rows, selectors
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
        request, sub, loan_url(loan), cockpit.loan_rows([loan])[0],
        lambda data: services.of_loan(actor=actor_of(request), loan_id=pk, **data),
    )  # fmt: skip


@access("financing.lend")
def policy_remind(request: HttpRequest, pk: int) -> HttpResponseBase:
    policy = get_object_or_404(selectors.assigned_policies(actor_of(request), pk))
    return _remind(
        request, f"{policy} · {policy.policyholder.name}", reverse("financing:list"),
        policy_rows.policy_rows(actor_of(request), [policy])[0],
        lambda data: services.of_policy(actor=actor_of(request), policy_id=pk, **data),
    )  # fmt: skip


def _remind(
    request: HttpRequest, sub: str, back: str, row: cockpit.LoanRow | policy_rows.PolicyRow,
    deed: Callable[[dict[str, Any]], Reminder],
) -> HttpResponseBase:  # fmt: skip
    """The form proposes what is missing, of which there may be nothing that the bank can see."""
    if not actor_of(request).is_bank:
        raise NotAllowed()
    context = {
        "title": _("Remind the exporter"), "sub": sub, "verb": _("Send the reminder"), "cancel_url": back,
        "intro": _("It comes into the exporter's inbox at once and is kept. One a day on each matter."),
    }  # fmt: skip
    form = RemindForm(request.POST or None, initial={"about": services.proposed(row)})
    return form_page(
        request, "components/form_page.html", form, deed, lambda _row: back, message=_("The reminder is sent."),
        context=context,
    )  # fmt: skip
