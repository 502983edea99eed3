"""Recovery cases: the desk, one case with its money and how it is shared, the moves, and receipts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from claims import recoveries, selectors
from claims.forms import ChannelForm, InstalmentsForm, ReasonForm, RecoveryReceiptForm, RemarkForm
from claims.lifecycle import RECEIPT, RECOVERY
from claims.models import Instalment, NoteKind, RecoveryCase, RecoveryReceipt, RecoveryReceiptState
from claims.showing import steps_shown
from claims.views.shared import View
from sinosure.accounts.access import access
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.ui.actions import buttons
from sinosure.ui.forms import Form
from sinosure.ui.pages import FORM_PAGE, act, form_page, page
from sinosure.ui.paging import keyset_page
from sinosure.ui.parts import Tile

ASKS = {"assign_channel", "negotiate", "plan_instalments", "litigate", "liquidate", "write_off", "close"}


def case_or_404(request: HttpRequest, pk: int) -> RecoveryCase:
    found: RecoveryCase = get_object_or_404(selectors.recoveries_for(request.actor), pk=pk)
    return found


def case_url(case_id: int) -> str:
    return reverse("claims:recovery-detail", args=[case_id])


@access("claims.view")
def recovery_list(request: HttpRequest) -> HttpResponse:
    rows = selectors.recoveries_for(request.actor)
    return page(request, "claims/recoveries.html", {"page": keyset_page(rows, request)})


@access("claims.view")
def recovery_detail(request: HttpRequest, pk: int) -> HttpResponse:
    case = case_or_404(request, pk)
    receipts = list(case.receipts.order_by("-id"))
    context = {
        "case": case, "claim": case.claim, "tiles": _tiles(case, receipts), "facts": _facts(case),
        "buttons": buttons(RECOVERY.available(case, request.actor), "claims:recovery-{action}", case.pk, ask=ASKS),
        "can_record": request.actor.can("recoveries.manage") and case.state not in recoveries.IN_THE_END,
        "receipts": [_receipt_row(request, case, receipt) for receipt in receipts],
        "instalments": case.instalments.order_by("due_on"),
        "notes": case.claim.notes.filter(kind__in=[NoteKind.RECOVERY, NoteKind.CHANNEL_REPORT]).order_by("-id")[:30]
        if request.actor.is_insurer else [],
    }  # fmt: skip
    return page(request, "claims/recovery.html", context)


def _tiles(case: RecoveryCase, receipts: list[RecoveryReceipt]) -> list[Tile]:
    gross = sum((receipt.gross for receipt in receipts), Decimal(0))
    insurer = sum((receipt.insurer_share for receipt in receipts), Decimal(0))
    return [
        Tile(_("Debt entrusted"), case.debt, case.currency),
        Tile(_("Indemnity paid"), case.indemnity_paid, case.currency),
        Tile(_("Recovered, gross"), gross, case.currency),
        Tile(_("Insurer's share so far"), insurer, case.currency),
    ]


def _facts(case: RecoveryCase) -> list[tuple[Any, Any]]:
    rows = [
        (_("Claim"), case.claim.number), (_("Debtor"), case.obligor.name), (_("Insured"), case.policyholder.name),
        (_("Order of sharing"), case.get_mode_display()), (_("Channel"), case.channel),
        (_("Assignee bank of the receivable"), case.bank.name if case.bank else None),
        (_("Owed to the bank"), Money(case.bank_outstanding, case.currency) if case.bank else None),
        (_("Officer"), case.officer.name if case.officer else None), (_("Opened"), case.opened_at),
        (_("Remark"), case.remark), (_("Closed"), case.closed_at),
    ]  # fmt: skip
    return [(label, value) for label, value in rows if value not in (None, "")]


def _receipt_row(request: HttpRequest, case: RecoveryCase, receipt: RecoveryReceipt) -> dict[str, Any]:
    """A receipt with its working: as it was posted, or as it would be split now."""
    receipt.case = case
    is_split = receipt.state != RecoveryReceiptState.RECORDED
    steps = receipt.working.get("steps", []) if is_split else recoveries.preview(receipt).steps
    moves = RECEIPT.available(receipt, request.actor)
    return {
        "receipt": receipt, "steps": steps_shown(steps), "is_split": is_split,
        "to_insured": receipt.insured_share - receipt.to_bank,
        "buttons": buttons(moves, "claims:receipt-{action}", receipt.pk),
    }  # fmt: skip


def _asking(action: str, service: Callable[..., Any], form_class: type[Form], title: Any) -> View:
    @access("recoveries.manage")
    @require_http_methods(["GET", "POST"])
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        case = case_or_404(request, pk)
        form = form_class(request.POST or None)
        return form_page(
            request, FORM_PAGE, form, lambda data: service(actor=request.actor, case_id=case.pk, **data),
            case_url(case.pk), message=_("Done."),
            context={"title": title, "sub": f"{case.number} · {case.obligor.name}", "cancel_url": case_url(case.pk)},
        )  # fmt: skip

    return view


def _pursue(action: str) -> Callable[..., RecoveryCase]:
    def service(**named: Any) -> RecoveryCase:
        return recoveries.pursue(action=action, **named)

    return service


recovery_assign = _asking("assign_channel", recoveries.assign_channel, ChannelForm, _("Assign a channel"))
recovery_negotiate = _asking("negotiate", _pursue("negotiate"), RemarkForm, _("Negotiate with the debtor"))
recovery_litigate = _asking("litigate", _pursue("litigate"), RemarkForm, _("Go to court"))
recovery_liquidate = _asking("liquidate", _pursue("liquidate"), RemarkForm, _("Follow the liquidation"))
recovery_write_off = _asking("write_off", recoveries.write_off, ReasonForm, _("Write off"))
recovery_close = _asking("close", recoveries.close, ReasonForm, _("Close the case and the claim"))


@access("recoveries.manage")
@require_http_methods(["GET", "POST"])
def recovery_plan(request: HttpRequest, pk: int) -> HttpResponseBase:
    case = case_or_404(request, pk)
    form = InstalmentsForm(request.POST or None, currency=case.currency)
    return form_page(
        request, FORM_PAGE, form,
        lambda data: recoveries.plan_instalments(
            actor=request.actor, case_id=case.pk, plan=form.plan(), remark=data["remark"]
        ),
        case_url(case.pk), message=_("The plan is kept; each date is watched."),
        context={"title": _("Agree instalments"), "sub": case.number, "cancel_url": case_url(case.pk)},
    )  # fmt: skip


@access("recoveries.manage")
@require_http_methods(["GET", "POST"])
def recovery_record(request: HttpRequest, pk: int) -> HttpResponseBase:
    case = case_or_404(request, pk)
    form = RecoveryReceiptForm(request.POST or None, currency=case.currency, initial={"received_on": clock.today()})
    return form_page(
        request, FORM_PAGE, form,
        lambda data: recoveries.record(
            actor=request.actor, case_id=case.pk, **{**data, "cost": data["cost"] or Decimal(0)}
        ),
        case_url(case.pk), check=True, message=_("Recorded. Finance splits and posts it."),
        context={"title": _("Record money recovered"), "sub": case.number, "cancel_url": case_url(case.pk)},
    )  # fmt: skip


def _receipt_deed(service: Callable[..., Any], message: Any) -> View:
    @access("recoveries.book")
    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        receipt = get_object_or_404(RecoveryReceipt.objects.visible_to(request.actor), pk=pk)
        answer = act(
            request,
            None,
            lambda: service(actor=request.actor, receipt_id=receipt.pk),
            case_url(receipt.case_id),
            message,
        )
        assert answer is not None
        return answer

    return view


receipt_split = _receipt_deed(recoveries.split, _("Split and posted."))
receipt_remit = _receipt_deed(recoveries.remit, _("The remittance is booked."))


@access("claims.view")
def receipt_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the clock of a remittance leads: the case that shows the share."""
    receipt = get_object_or_404(RecoveryReceipt.objects.visible_to(request.actor), pk=pk)
    return redirect(case_url(receipt.case_id))


@access("claims.view")
def instalment_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the clock of an instalment leads."""
    instalment = get_object_or_404(Instalment.objects.visible_to(request.actor), pk=pk)
    return redirect(case_url(instalment.case_id))
