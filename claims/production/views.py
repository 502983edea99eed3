"""The exporter reports a loss on goods in production."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from claims.models import LossNotice
from claims.notices.facts import NoticeFacts
from claims.notices.views.shared import notice_url
from claims.production.forms import ReportForm
from claims.production.reporting import report
from declarations.models import ProductionContract
from declarations.production.lifecycle import CONTRACT
from sinosure.accounts.access import access
from sinosure.core.money import Money
from sinosure.ui.pages import FORM_PAGE, form_page


@access("notices.file")
def production_report(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What happened before shipment, and since when it is known: ten working days."""
    rows = ProductionContract.objects.held_by(request.actor).select_related("obligor__country", "policy")
    contract = get_object_or_404(rows, pk=pk)
    CONTRACT.check("claim", contract, request.actor)
    form = ReportForm(request.POST or None, obligor=contract.obligor, policy=contract.policy)

    def deed(data: dict[str, Any]) -> LossNotice:
        return report(actor=request.actor, contract_id=pk, facts=NoticeFacts(**data))

    amount = Money(contract.loss_base, contract.policy.currency)
    context = {
        "title": _("Report a loss before shipment"), "sub": f"{contract.contract_no} · {contract.obligor.name}",
        "verb": _("File the loss notice"),
        "intro": _("Covered direct costs so far: %(amount)s. The insurer answers in writing whether to go on or to stop.")
        % {"amount": amount},
    }  # fmt: skip
    return form_page(
        request, FORM_PAGE, form, deed, lambda notice: notice_url(notice.pk), check=True,
        message=_("The loss notice is filed."), context=context,
    )  # fmt: skip
