"""The exporter reports a loss: choose the buyer, see the notice filled in, check, file, keep the proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from claims.models import LossNotice, NoticeState
from claims.notices import filing, letters, selectors
from claims.notices.facts import NoticeFacts, checked, usual_risk, window_for
from claims.notices.forms import NoticeForm
from claims.notices.lifecycle import FILED, OPEN
from claims.notices.lines import in_policy_currency, open_invoices, total_open
from claims.notices.views.shared import notice_or_404, notice_url
from credit_info.models import Obligor
from declarations.models import Shipment
from policies.models import Policy
from sinosure.accounts.access import access
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.core.steps import Step
from sinosure.core.workdays import Window
from sinosure.deadlines.counting import in_words
from sinosure.documents.models import Document
from sinosure.ui.pages import act, confirmation, form_page, page
from sinosure.ui.parts import RailStep
from sinosure.ui.show import weekday


@dataclass
class BuyerRow:
    """A buyer with open invoices and no filed notice."""

    policy: Policy
    obligor: Obligor
    first_due: date
    invoices: int
    amount: Decimal
    days_left: int


@access("notices.file")
def notice_new(request: HttpRequest) -> HttpResponse:
    """Overdue buyers, most urgent first; any other buyer with open invoices below."""
    rows = _buyers(request)
    overdue = [row for row in rows if row.first_due < clock.today()]
    others = [row for row in rows if row.first_due >= clock.today()]
    return page(request, "claims/notices/new.html", {"overdue": overdue, "others": others})


def _buyers(request: HttpRequest) -> list[BuyerRow]:
    filed = LossNotice.objects.held_by(request.actor).filter(state__in=FILED).values_list("policy_id", "obligor_id")
    known, found = set(filed), dict[tuple[int, int], BuyerRow]()
    rows = Shipment.objects.held_by(request.actor).open_items().select_related("policy", "obligor__country")
    for shipment in rows.order_by("due_on", "id")[:2000]:
        key = (shipment.policy_id, shipment.obligor_id)
        if key in known:
            continue
        row = found.get(key) or _buyer_row(shipment)
        row.invoices, row.amount = row.invoices + 1, row.amount + in_policy_currency(shipment)
        found[key] = row
    return list(found.values())


def _buyer_row(shipment: Shipment) -> BuyerRow:
    window = window_for(_default_of(shipment), shipment.due_on)
    days_left = (window.legal_due - clock.today()).days
    return BuyerRow(shipment.policy, shipment.obligor, shipment.due_on, 0, Decimal(0), days_left)


def _default_of(shipment: Shipment) -> NoticeFacts:
    return NoticeFacts(usual_risk(shipment.obligor), shipment.due_on, shipment.due_on)


@access("claims.view")
def notice_for_shipment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """From a clock on an invoice: to the notice that names it, else to the page that reports it."""
    shipment = get_object_or_404(Shipment.objects.visible_to(request.actor), pk=pk)
    rows = selectors.visible(request.actor).filter(policy=shipment.policy_id, obligor=shipment.obligor_id)
    notice = rows.filter(state__in=OPEN).first()
    if notice is not None and notice.state != NoticeState.DRAFT:
        return redirect(notice_url(notice.pk))
    if request.actor.may("notices.file", shipment):
        return redirect("claims:notice-start", policy_id=shipment.policy_id, obligor_id=shipment.obligor_id)
    return redirect(f"{reverse('claims:notice-list')}")


@access("notices.file")
@require_http_methods(["GET", "POST"])
def notice_start(request: HttpRequest, policy_id: int, obligor_id: int) -> HttpResponseBase:
    """The pre-filled notice: confirm and file in a minute, or keep it for later."""
    arrived_at = clock.now()
    policy = get_object_or_404(Policy.objects.held_by(request.actor), pk=policy_id)
    buyers = Obligor.objects.visible_to(request.actor).select_related("country")
    obligor = get_object_or_404(buyers, pk=obligor_id)
    invoices = list(open_invoices(policy.pk, obligor.pk))
    existing = selectors.visible(request.actor).filter(policy=policy, obligor=obligor, state__in=OPEN).first()
    if existing is not None and existing.state != NoticeState.DRAFT and request.method == "GET":
        return redirect(notice_url(existing.pk))
    if not invoices:
        return page(request, "claims/notices/nothing.html", {"obligor": obligor})
    form = NoticeForm(request.POST or None, obligor=obligor, initial=_initial(request, existing, obligor, invoices))
    if "_save" in request.POST:
        kept = act(
            request, form, lambda data: _prepare(request, policy, obligor, invoices, data), _draft_url, _saved(form)
        )
        return kept or page(request, "claims/notices/form.html", _context(policy, obligor, invoices, existing), form)
    return form_page(
        request, "claims/notices/form.html", form,
        deed=lambda data: filing.report(
            actor=request.actor, policy_id=policy.pk, obligor_id=obligor.pk, facts=_facts(data, invoices),
            arrived_at=arrived_at, claimed_at=request.POST.get("submitted_at", "")[:40],
        ),
        success_url=lambda notice: reverse("claims:notice-filed", args=[notice.pk]), check=True,
        preview=lambda data: _preview(obligor, invoices, data),
        context={**_context(policy, obligor, invoices, existing), "verb": _("File the loss notice now")},
    )  # fmt: skip


def _initial(
    request: HttpRequest, draft: LossNotice | None, obligor: Obligor, invoices: Sequence[Shipment]
) -> dict[str, Any]:
    """The draft that was kept, or what the system knows."""
    if draft is not None:
        return {name: getattr(draft, name) for name in NoticeForm.base_fields}
    goods = "SERVICE" if all(row.kind == "SERVICE" for row in invoices) else "WITH_BUYER"
    return {"risk": usual_risk(obligor), "goods_status": goods, "contact": request.actor.name}


def _facts(data: dict[str, Any], invoices: Sequence[Shipment]) -> NoticeFacts:
    """Days that a default does not ask for are the first due date."""
    first = min((row.due_on for row in invoices), default=clock.today())
    named = {**data, "occurred_on": data.get("occurred_on") or first, "known_on": data.get("known_on") or first}
    return NoticeFacts(**named)


def _prepare(
    request: HttpRequest, policy: Policy, obligor: Obligor, invoices: Sequence[Shipment], data: dict[str, Any]
) -> LossNotice:
    return filing.prepare(actor=request.actor, policy_id=policy.pk, obligor_id=obligor.pk, facts=_facts(data, invoices))


def _draft_url(notice: LossNotice) -> str:
    return reverse("claims:notice-edit", args=[notice.pk])


def _saved(_form: NoticeForm) -> Any:
    return gettext_lazy("Kept as a draft. It is not filed yet; the clock runs on.")


def _context(
    policy: Policy, obligor: Obligor, invoices: Sequence[Shipment], draft: LossNotice | None
) -> dict[str, Any]:
    overdue = [row for row in invoices if row.due_on < clock.today()]
    first = window_for(_default_of(overdue[0]), overdue[0].due_on) if overdue else None
    return {
        "policy": policy, "obligor": obligor, "invoices": invoices, "draft": draft, "window": first,
        "total": Money(total_open(invoices), policy.currency), "overdue": len(overdue),
    }  # fmt: skip


def _preview(obligor: Obligor, invoices: Sequence[Shipment], data: dict[str, Any]) -> dict[str, Any]:
    """The window before filing, counted day by day."""
    facts = checked(_facts(data, invoices), obligor, invoices)
    overdue = [row for row in invoices if row.due_on < clock.today()] if facts.is_default else list(invoices[:1])
    window = window_for(facts, overdue[0].due_on)
    named = [(_("Last valid day"), f"{window.legal_due} {weekday(window.legal_due)}")]
    amounts = [
        (_("Invoice %(number)s") % {"number": row.invoice_no}, Money(row.open_amount, row.currency)) for row in invoices
    ]
    total = (_("Open in all"), Money(total_open(invoices), invoices[0].policy.currency))
    return {"facts": [*named, *amounts, total], "steps": _day_by_day(window), "notes": [_in_time(window)]}


def _in_time(window: Window) -> tuple[str, str]:
    today = clock.today()
    if window.provisional:
        text = _("The calendar of that year is not published yet: %(day)s is provisional, it could be %(earliest)s.")
        return "amber", text % {"day": window.legal_due, "earliest": window.earliest}
    late = (today - window.legal_due).days
    if late > 0:
        return "amber", _("You are %(days)s day(s) late. File now all the same: a person decides what follows.") % {
            "days": late
        }
    return "green", _("In time: %(days)s day(s) are left.") % {"days": -late}


def _day_by_day(window: Window) -> list[Step]:
    return [
        Step("LN-3", f"{day.date} {weekday(day.date)}", in_words(day.why) if not day.counts else _("counts"))
        for day in window.days
    ]


@access("notices.file")
def notice_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A kept draft opens in the same page."""
    notice = notice_or_404(request, pk)
    if notice.state != NoticeState.DRAFT:
        return redirect(notice_url(notice.pk))
    return redirect("claims:notice-start", policy_id=notice.policy_id, obligor_id=notice.obligor_id)


@access("notices.file")
def notice_filed(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Proof: number, the server's time, in time or late in words, the PDF, what happens next."""
    notice = notice_or_404(request, pk)
    if notice.received_at is None:
        return redirect(_draft_url(notice))
    letter = Document.objects.visible_to(request.actor).of(notice).filter(kind=letters.NOTICE).order_by("-id").first()
    _tone, words = selectors.in_time_words(notice)
    return confirmation(
        request, title=_("Your loss notice was received"), number=notice.number, at=notice.received_at, text=words,
        next_steps=_after_filing(notice), receipt_url=reverse("documents:download", args=[letter.pk]) if letter else "",
        facts=[
            (_("Buyer"), notice.obligor.name), (_("What happened"), notice.get_risk_display()),
            (_("Open in all"), Money(notice.amount, notice.currency)), (_("Last valid day"), notice.legal_due),
        ],
        links=[(_("Open the notice"), notice_url(notice.pk)), (_("All loss notices"), reverse("claims:notice-list"))],
    )  # fmt: skip


def _after_filing(notice: LossNotice) -> list[RailStep]:
    officer = _("the claims officer")
    return [
        RailStep(_("Notice received"), "done", notice.received_at),
        RailStep(_("First answer within two working days"), "now", who=officer),
        RailStep(_("Instructions to limit the loss"), who=officer, note=_("No settlement without our written consent")),
        RailStep(_("Payment by the buyer, or a claim")),
    ]


@access("notices.file")
@require_POST
def notice_add_lines(request: HttpRequest, pk: int) -> HttpResponseBase:
    notice = notice_or_404(request, pk)
    answer = act(
        request, None, lambda: filing.add_lines(actor=request.actor, notice_id=notice.pk, arrived_at=clock.now()),
        notice_url(notice.pk), gettext_lazy("The invoices were added to the notice."),
    )  # fmt: skip
    assert answer is not None
    return answer
