"""The bank's own loss notice, from a loan in its cockpit."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from claims.notices import by_bank
from claims.notices.facts import NoticeFacts, usual_risk
from claims.notices.forms import NoticeForm
from claims.notices.views.shared import notice_url
from declarations.models import Shipment
from financing.models import Loan
from sinosure.accounts.access import access
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.core.errors import NotAllowed
from sinosure.ui.pages import form_page


@access("notices.file")
def notice_by_bank(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Filled in with what is known; all invoices on the buyer that the agreement covers go with it."""
    arrived_at = clock.now()
    rows = Shipment.objects.visible_to(request.actor).select_related("policy", "policyholder", "obligor__country")
    shipment = get_object_or_404(rows, pk=pk)
    if not by_bank.may_notify(request.actor, shipment):
        raise NotAllowed()
    own = by_bank.notifiable(request.actor, shipment)
    initial = {"risk": usual_risk(shipment.obligor), "goods_status": "WITH_BUYER", "contact": request.actor.name}
    form = NoticeForm(request.POST or None, obligor=shipment.obligor, initial=initial)
    context = {
        "title": _("File the loss notice for the exporter"), "sub": f"{shipment.policy} · {shipment.obligor.name}",
        "intro": _("Your agreement gives the bank this right. The notice names %(invoices)s. The exporter is told at once "
                   "and keeps its duties.") % {"invoices": ", ".join(one.invoice_no for one in own)},
        "verb": _("File the loss notice now"), "cancel_url": reverse("financing:list"),
    }  # fmt: skip
    return form_page(
        request, "components/form_page.html", form,
        lambda data: by_bank.report(
            actor=request.actor, shipment_id=pk, facts=_facts(data, own), arrived_at=arrived_at
        ),
        lambda notice: notice_url(notice.pk), check=True, message=_("The loss notice is filed. The exporter has been told."),
        context=context,
    )  # fmt: skip


def _facts(data: dict[str, Any], own: list[Shipment]) -> NoticeFacts:
    """Days that a default does not ask for are the first due date."""
    first = min((one.due_on for one in own), default=clock.today())
    return NoticeFacts(
        **{**data, "occurred_on": data.get("occurred_on") or first, "known_on": data.get("known_on") or first}
    )


def deeds_on(actor: Actor, loan: Loan) -> list[tuple[Any, str]]:
    """For the cockpit: what the bank may do itself about a loan whose invoice is overdue and not reported."""
    shipment = loan.shipment
    is_late = shipment.open_amount > 0 and shipment.due_on < clock.today()
    if not is_late or shipment.notice_lines.exists() or not by_bank.may_notify(actor, shipment):
        return []
    return [(_("File the loss notice"), reverse("claims:notice-by-bank", args=[shipment.pk]))]
