"""Premium notices: the exporter reads and pays, finance bills and books."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from declarations import selectors, services
from declarations.forms import PaymentForm, ReasonForm
from declarations.lifecycle import NOTICE
from declarations.models import NoticeState, PremiumKind, PremiumNotice
from declarations.services import online
from declarations.views.shared import actor_of
from sinosure.accounts.access import access
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.documents.models import Document
from sinosure.ui.actions import buttons
from sinosure.ui.export import Column, export, wants_export
from sinosure.ui.pages import act, form_page, page
from sinosure.ui.paging import keyset_page
from sinosure.ui.parts import RailStep, tabs


@access("declarations.view")
def notice_list(request: HttpRequest) -> HttpResponseBase:
    actor, state = actor_of(request), request.GET.get("state", "")
    rows = selectors.notices(actor)
    if state == "open":
        rows = rows.filter(state__in=[NoticeState.ISSUED, NoticeState.PART_PAID])
    elif state in NoticeState.values:
        rows = rows.filter(state=state)
    if wants_export(request):
        return export(request, rows.order_by("-issued_on", "-id"), _columns(), "premium")
    shown = keyset_page(rows, request, order=("-issued_on", "-id"))
    choices = [("", _("All")), ("open", _("Open")), ("PAID", NoticeState.PAID.label)]
    return page(
        request,
        "declarations/notices.html",
        {
            "page": shown,
            "tabs": tabs(request, "state", choices),
            "show_insured": not actor.is_exporter,
            "has_statements": selectors.statements(actor).exists(),
        },
    )


def _columns() -> list[Column]:
    money = (
        (_("Premium"), "gross"),
        (_("Set off"), "set_off"),
        (_("Subsidy"), "subsidy"),
        (_("Payable"), "payable"),
        (_("Paid"), "paid"),
    )
    return [
        Column(_("Number"), "number"),
        Column(_("Insured"), "policyholder.name"),
        Column(_("Policy"), "policy"),
        Column(_("Kind"), "get_kind_display"),
        Column(_("Month"), lambda row: f"{row.month:%Y-%m}" if row.month else ""),
        Column(_("Currency"), "currency"),
        *(Column(label, name, "amount", currency="currency") for label, name in money),
        Column(_("Issued"), "issued_on", "date"),
        Column(_("To be paid by"), "due_on", "date"),
        Column(_("State"), "get_state_display"),
    ]


def _notice(request: HttpRequest, pk: int) -> PremiumNotice:
    return get_object_or_404(selectors.notices(actor_of(request)), pk=pk)


@access("declarations.view")
def notice_detail(request: HttpRequest, pk: int) -> HttpResponse:
    notice, actor = _notice(request, pk), actor_of(request)
    lines = selectors.shipments(actor).filter(premium_notice=notice).select_related("policy")
    moves = [
        move
        for move in NOTICE.available(notice, actor)
        if move.action != "cancel" or notice.kind == PremiumKind.MONTHLY
    ]
    context = {
        "notice": notice,
        "facts": _facts(notice),
        "payments": notice.payments.select_related("booked_by").order_by("id"),
        "letters": Document.objects.visible_to(actor).of(notice).order_by("-id"),
        "rail": _rail(notice),
        "page": keyset_page(lines, request, order=("-shipped_on", "-id")),
        "left": notice.payable - notice.paid,
        "buttons": buttons(moves, "declarations:notice-{action}", notice.pk, ask={"book", "cancel"}),
        "is_overdue": notice.state in (NoticeState.ISSUED, NoticeState.PART_PAID) and notice.due_on < clock.today(),
    }
    return page(request, "declarations/notice.html", context)


def _facts(notice: PremiumNotice) -> list[tuple[Any, Any]]:
    found = [
        (_("Insured"), notice.policyholder.name),
        (_("Policy"), str(notice.policy)),
        (_("Kind"), notice.get_kind_display()),
        (_("Month"), f"{notice.month:%Y-%m}" if notice.month else None),
        (_("Premium"), Money(notice.gross, notice.currency)),
        (_("Set off against the deposit"), Money(notice.set_off, notice.currency)),
        (_("Paid by the government"), Money(notice.subsidy, notice.currency) if notice.subsidy else None),
        (_("Payable"), Money(notice.payable, notice.currency)),
        (_("Paid"), Money(notice.paid, notice.currency)),
        (_("Issued"), notice.issued_on),
        (_("To be paid by"), notice.due_on),
    ]
    return [(label, value) for label, value in found if value is not None]


def _rail(notice: PremiumNotice) -> list[RailStep]:
    is_paid = notice.state == NoticeState.PAID
    if notice.state == NoticeState.CANCELLED:
        return [RailStep(_("Issued"), "done", notice.issued_on), RailStep(_("Cancelled by reversal"), "done")]
    return [
        RailStep(_("Issued"), "done", notice.issued_on),
        RailStep(
            _("Paid in full"),
            "done" if is_paid else "now",
            None if is_paid else notice.due_on,
            "" if is_paid else notice.policyholder.name,
        ),
        RailStep(_("The lines count as paid"), "done" if is_paid else "next"),
    ]


@access("declarations.view")
def policy_pay(request: HttpRequest, policy_id: int) -> HttpResponseBase:
    """Pay the premium with which cover of this policy begins; POST pays it through the channel of the portal."""
    actor = actor_of(request)
    rows = selectors.notices(actor).filter(policy=policy_id, month=None).select_related("policy__policyholder")
    notice = get_object_or_404(rows.order_by("id")[:1])
    if request.method == "POST":
        url = reverse("policies:policy-done", args=[policy_id])
        return act(request, None, lambda: online.pay_online(actor=actor, notice_id=notice.pk), url)
    is_paid = notice.state == NoticeState.PAID
    steps = (_("Choose a tier"), _("Confirm your company's facts"), _("Pay: cover begins"))
    papers = Document.objects.visible_to(actor).of(notice.policy).order_by("-id")
    context = {
        "notice": notice, "left": notice.payable - notice.paid, "is_paid": is_paid, "may_pay": not is_paid and online.is_open(),
        "facts": _facts(notice), "letters": [*papers, *Document.objects.visible_to(actor).of(notice).order_by("-id")],
        "rail": [RailStep(label, "now" if label is steps[-1] and not is_paid else "done") for label in steps],
    }  # fmt: skip
    return page(request, "declarations/pay.html", context)


@access("premium.book")
def notice_book(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Finance books what came in; the date and the amount as on the bank statement."""
    notice, actor = _notice(request, pk), actor_of(request)
    NOTICE.check("book", notice, actor)
    left = notice.payable - notice.paid
    form = PaymentForm(
        request.POST or None,
        currency=notice.currency,
        initial={"amount": Money(left, notice.currency).rounded().amount, "received_on": clock.today()},
    )
    back = reverse("declarations:notice", args=[pk])
    return form_page(
        request,
        "components/form_page.html",
        form,
        lambda data: services.book_payment(actor=actor, notice_id=pk, **data),
        back,
        context={
            "title": _("Book a payment"),
            "sub": f"{notice.number} · {notice.policyholder.name}",
            "verb": _("Book"),
            "cancel_url": back,
        },
        message=_("The payment is booked."),
    )


@access("premium.bill")
def notice_cancel(request: HttpRequest, pk: int) -> HttpResponseBase:
    notice, actor = _notice(request, pk), actor_of(request)
    NOTICE.check("cancel", notice, actor)
    back = reverse("declarations:notice", args=[pk])
    return form_page(
        request,
        "components/form_page.html",
        ReasonForm(request.POST or None),
        lambda data: services.cancel_notice(actor=actor, notice_id=pk, reason=data["reason"]),
        back,
        context={
            "title": _("Cancel the premium notice"),
            "sub": notice.number,
            "verb": _("Cancel by reversal"),
            "cancel_url": back,
            "intro": _("Its lines are billed again with the next notice."),
        },
        message=_("The notice is cancelled."),
    )
