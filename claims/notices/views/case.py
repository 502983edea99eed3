"""The list of notices (for the insurer a desk by age and amount) and the page of one case, for every role."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from claims.models import LossNotice, MitigationTask, NoticeState
from claims.notices import progress, selectors
from claims.notices.analysis import look_at
from claims.notices.forms import PaperForm
from claims.notices.lifecycle import FILED, MANDATE, NOTICE, TASK
from claims.notices.lines import is_paid_in_full, lines_of, not_on, outstanding_now
from claims.notices.views.shared import notice_or_404, notice_url, task_or_404, title_of
from sinosure.accounts.access import access
from sinosure.core.money import Money
from sinosure.deadlines.selectors import title_of as title
from sinosure.documents import services as documents
from sinosure.documents.models import Attachment, Document
from sinosure.ui.actions import buttons
from sinosure.ui.export import Column, export, wants_export
from sinosure.ui.pages import FORM_PAGE, form_page, page
from sinosure.ui.paging import keyset_page
from sinosure.ui.parts import Tile, tabs

ASKS = {"ask", "answer", "assign_task", "mandate", "analyse", "close_no_claim", "withdraw"}
TASK_ASKS = {"accept", "refuse", "done", "consent"}


@access("claims.view")
def notice_list(request: HttpRequest) -> HttpResponseBase:
    queue = request.GET.get("queue", "")
    rows = selectors.notices_for(request.actor, queue)
    if wants_export(request):
        return export(request, rows, _columns(), "loss-notices")
    choices = [(name, label) for name, (label, _states) in selectors.queues_of(request.actor).items()]
    context = {
        "page": keyset_page(rows, request, order=selectors.order_for(request.actor)),
        "tabs": tabs(request, "queue", choices), "far_away": selectors.FAR_AWAY,
        "may_file": request.actor.can("notices.file"),
    }  # fmt: skip
    return page(request, "claims/notices/list.html", context)


def _columns() -> list[Column]:
    return [
        Column(_("Loss notice"), "number"), Column(_("Insured"), "policyholder.name"), Column(_("Buyer"), "obligor.name"),
        Column(_("What happened"), "get_risk_display"), Column(_("Reported"), "received_at", "moment"),
        Column(_("Days late"), "days_late", "number"), Column(_("Amount"), "amount", "amount", currency="currency"),
        Column(_("State"), "get_state_display"),
    ]  # fmt: skip


@access("claims.view")
def notice_detail(request: HttpRequest, pk: int) -> HttpResponse:
    notice, actor = notice_or_404(request, pk), request.actor
    lines = list(lines_of(notice))
    context = {
        "notice": notice, "lines": lines,
        "is_own": actor.is_insurer or actor.holds(notice), "tiles": _tiles(notice, lines), "facts": _facts(notice),
        "in_time": selectors.in_time_words(notice), "progress": progress.progress_of(actor, notice),
        "buttons": _buttons(request, notice, lines), "tasks": _tasks(request, notice),
        "mandate": selectors.mandate_of(notice), "mandate_buttons": _mandate_buttons(request, notice),
        "letters": _letters(request, notice),
        "files": Attachment.objects.visible_to(actor).of(notice).order_by("id"),
        "clocks": [(row, title(row)) for row in selectors.clocks_of(notice)], "new_invoices": _new_invoices(request, notice),
        "may_attach": actor.may("documents.attach", notice) and notice.state in FILED,
        "may_claim": actor.may("claims.file", notice) and notice.state in FILED and not is_paid_in_full(lines),
        "look": look_at(notice) if actor.is_insurer else None,
        "paid_in_full": is_paid_in_full(lines) and notice.state in FILED,
    }  # fmt: skip
    return page(request, "claims/notices/detail.html", context)


def _letters(request: HttpRequest, notice: LossNotice) -> list[Document]:
    """Those of the notice and of its mandate, newest first."""
    rows, mandate = Document.objects.visible_to(request.actor), selectors.mandate_of(notice)
    found = [*rows.of(notice), *(rows.of(mandate) if mandate else [])]
    return sorted(found, key=lambda letter: letter.pk, reverse=True)


def _tiles(notice: LossNotice, lines: list[Any]) -> list[Tile]:
    late = _("%(days)s day(s) late") % {"days": notice.days_late} if notice.days_late else ""
    return [
        Tile(_("Reported"), notice.amount, notice.currency, note=notice.get_risk_display()),
        Tile(_("Open now"), outstanding_now(lines) if lines else notice.amount, notice.currency),
        Tile(_("Invoices"), len(lines), note=late, tone="amber" if late else ""),
    ]


def _facts(notice: LossNotice) -> list[tuple[Any, Any]]:
    rows = [
        (_("Insured"), notice.policyholder.name), (_("Policy"), str(notice.policy)),
        (_("Buyer"), f"{notice.obligor.name} ({notice.obligor.country.name})"),
        (_("What happened"), notice.get_risk_display()), (_("It happened on"), notice.occurred_on),
        (_("Known on"), notice.known_on), (_("Received (server time)"), notice.received_at),
        (_("Filed by"), _filer(notice)),
        (_("Last valid day"), notice.legal_due), (_("Goods"), notice.get_goods_status_display()),
        (_("Trade dispute"), notice.is_disputed), (_("What the buyer says"), notice.buyer_reason),
        (_("Guarantee or other security"), notice.security), (_("Steps taken"), notice.steps_taken),
        (_("Entrusted collection asked for"), notice.entrusts_collection), (_("Contact"), notice.contact),
        (_("Officer"), notice.officer.name if notice.officer else None), (_("Closing reason"), notice.closing_reason),
    ]  # fmt: skip
    return [(label, value) for label, value in rows if value not in (None, "")]


def _filer(notice: LossNotice) -> str | None:
    """The firm of whoever filed it: the insured, a bank with the right to, or the insurer for a paper notice."""
    return notice.filed_by.organisation.name if notice.filed_by else None


def _buttons(request: HttpRequest, notice: LossNotice, lines: list[Any]) -> list[Any]:
    hidden = {"file"} if notice.state == NoticeState.DRAFT else set()
    if not is_paid_in_full(lines):
        hidden.add("resolve_paid")
    mandate = selectors.mandate_of(notice)
    if mandate is not None and mandate.state != "ENDED":
        hidden.add("mandate")
    moves = NOTICE.available(notice, request.actor)
    return buttons(moves, "claims:notice-{action}", notice.pk, ask=ASKS, hide=hidden)


def _tasks(request: HttpRequest, notice: LossNotice) -> list[tuple[MitigationTask, list[Any]]]:
    return [(task, _task_buttons(request, task)) for task in selectors.tasks_of(request.actor, notice)]


def _task_buttons(request: HttpRequest, task: MitigationTask) -> list[Any]:
    hidden = {"consent"} if task.consented or not task.cost_estimate else set()
    return buttons(TASK.available(task, request.actor), "claims:task-{action}", task.pk, ask=TASK_ASKS, hide=hidden)


def _mandate_buttons(request: HttpRequest, notice: LossNotice) -> list[Any]:
    mandate = selectors.mandate_of(notice)
    if mandate is None:
        return []
    return buttons(MANDATE.available(mandate, request.actor), "claims:mandate-{action}", mandate.pk, ask={"report"})


def _new_invoices(request: HttpRequest, notice: LossNotice) -> int:
    """Open invoices that the insured may still add."""
    if notice.state not in FILED or not request.actor.may("notices.file", notice):
        return 0
    return not_on(notice).count()


@access("documents.attach")
@require_http_methods(["GET", "POST"])
def notice_attach(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Evidence beside the notice: court papers, e-mails, SWIFT messages."""
    notice = notice_or_404(request, pk)
    form = PaperForm(request.POST or None, request.FILES or None)
    return form_page(
        request, FORM_PAGE, form,
        lambda data: documents.attach(
            actor=request.actor, subject=notice, policyholder_id=notice.policyholder_id, upload=data["file"],
            purpose="loss_notice",
        ),
        notice_url(notice.pk), message=_("The file is attached."),
        context={"title": _("Attach a file"), "sub": title_of(notice), "verb": _("Attach"),
                 "cancel_url": notice_url(notice.pk)},
    )  # fmt: skip


@access("claims.view")
def task_detail(request: HttpRequest, pk: int) -> HttpResponse:
    task = task_or_404(request, pk)
    cost = Money(task.cost_estimate, task.notice.currency) if task.cost_estimate else None
    facts = [
        (_("Instruction"), task.instruction), (_("To be done by"), task.due_on), (_("Expected cost"), cost),
        (_("Written consent"), task.consent_no or (_("not given") if cost else None)), (_("Answer"), task.result),
        (_("Given by"), task.assigned_by.name if task.assigned_by else None), (_("Given"), task.assigned_at),
        (_("Settled"), task.done_at),
    ]  # fmt: skip
    context = {
        "task": task, "notice": task.notice, "facts": [pair for pair in facts if pair[1] not in (None, "")],
        "buttons": _task_buttons(request, task),
    }  # fmt: skip
    return page(request, "claims/notices/task.html", context)
