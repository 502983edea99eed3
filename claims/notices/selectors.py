"""Reads of loss notices for lists, the desk, the pages and the facts a bank asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.models import CollectionMandate, LossNotice, LossNoticeLine, MitigationTask, NoticeState, TaskState
from claims.notices.clocks import LOSS_NOTICE_DEFAULT
from claims.notices.lifecycle import FILED
from declarations.models import Shipment
from policies.selectors import acts_as_insured
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.deadlines.models import Deadline, DeadlineState

N = NoticeState
ENDED = (N.RESOLVED_PAID, N.CONVERTED_TO_CLAIM, N.WITHDRAWN, N.CLOSED_NO_CLAIM)
FAR_AWAY = date(9999, 12, 31)
STAFF_QUEUES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "": (gettext_lazy("To be answered"), (N.SUBMITTED,)),
    "waiting": (gettext_lazy("With the insured"), (N.INFO_REQUIRED,)),
    "action": (gettext_lazy("Mitigation"), (N.ACCEPTED, N.ACTION)),
    "all": (gettext_lazy("All open"), FILED),
    "ended": (gettext_lazy("Ended"), ENDED),
}
EXPORTER_QUEUES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "": (gettext_lazy("Running"), (N.DRAFT, *FILED)),
    "mine": (gettext_lazy("Waiting for you"), (N.DRAFT, N.INFO_REQUIRED)),
    "ended": (gettext_lazy("Ended"), ENDED),
}


def queues_of(actor: Actor) -> dict[str, tuple[Any, tuple[str, ...]]]:
    return STAFF_QUEUES if actor.is_insurer else EXPORTER_QUEUES


def visible(actor: Actor) -> QuerySet[LossNotice]:
    """Notices in scope; drafts are the insured's alone."""
    rows: QuerySet[LossNotice] = LossNotice.objects.visible_to(actor).without_drafts_of_others(actor)
    return rows


def notices_for(actor: Actor, queue: str = "") -> QuerySet[LossNotice]:
    """A queue with the next due date: staff oldest first by days left and money, the insured newest first."""
    queues = queues_of(actor)
    _label, states = queues.get(queue, queues[""])
    rows = (
        visible(actor).filter(state__in=states).select_related("obligor__country", "policyholder", "policy", "officer")
    )
    return rows.annotate(due_on=Coalesce(Subquery(_next_due()), FAR_AWAY))


def _next_due() -> QuerySet[Any]:
    rows = Deadline.objects.filter(subject_type="claims.lossnotice", subject_id=OuterRef("pk"), owner="INSURER")
    return (
        rows.filter(state__in=[DeadlineState.OPEN, DeadlineState.MISSED]).order_by("legal_due").values("legal_due")[:1]
    )


def order_for(actor: Actor) -> tuple[str, ...]:
    return ("due_on", "-amount", "id") if actor.is_insurer else ("-id",)


def waiting_count(actor: Actor) -> int | None:
    """How many notices wait for the actor's side, for the navigation."""
    if actor.can("notices.triage"):
        return visible(actor).filter(state=N.SUBMITTED).count()
    if not (actor.can("notices.file") and acts_as_insured(actor)):
        return None
    own = LossNotice.objects.held_by(actor).filter(state__in=[N.DRAFT, N.INFO_REQUIRED])
    return own.count()


def tasks_of(actor: Actor, notice: LossNotice) -> QuerySet[MitigationTask]:
    rows: QuerySet[MitigationTask] = MitigationTask.objects.visible_to(actor) if not actor.is_bank else _all_tasks()
    return rows.filter(notice=notice).select_related("assigned_by").order_by("number")


def _all_tasks() -> QuerySet[MitigationTask]:
    """A bank that sees the notice sees its instructions; the notice was fetched in scope."""
    rows: QuerySet[MitigationTask] = MitigationTask.objects.all()
    return rows


def mandate_of(notice: LossNotice) -> CollectionMandate | None:
    rows = CollectionMandate.objects.filter(notice=notice).select_related("country", "signed_by")
    return rows.prefetch_related("reports").order_by("-pk").first()


def clocks_of(notice: LossNotice) -> list[Deadline]:
    """The clocks that run on the notice itself, the first due on top."""
    return list(Deadline.objects.of(notice).unsettled().order_by("legal_due", "pk"))


def window_clock_of(line: LossNoticeLine) -> Deadline | None:
    """The 30-day clock of the invoice, whose page explains the date."""
    return Deadline.objects.of(line.shipment).filter(kind=LOSS_NOTICE_DEFAULT).order_by("-pk").first()


def open_tasks(tasks: Iterable[MitigationTask]) -> list[MitigationTask]:
    return [task for task in tasks if task.state in (TaskState.ASSIGNED, TaskState.ACCEPTED)]


def in_time_words(notice: LossNotice) -> tuple[str, str]:
    """(tone, words) of how the notice came in."""
    if notice.received_at is None:
        return "grey", _("Not filed yet")
    if notice.due_provisional:
        return "blue", _("Received; the calendar of that year is not published, so lateness is not judged yet")
    if notice.days_late:
        return "amber", _("Received %(days)s day(s) after the last valid day. A person decides what follows.") % {
            "days": notice.days_late,
        }  # fmt: skip
    return "green", _("Received in time")


class InTime(StrEnum):
    """What a bank wants to know of a shipment's notice."""

    NOT_NEEDED = "NOT_NEEDED"
    RUNNING = "RUNNING"
    FILED_IN_TIME = "FILED_IN_TIME"
    FILED_LATE = "FILED_LATE"
    FILED_PROVISIONAL = "FILED_PROVISIONAL"
    MISSED = "MISSED"


@dataclass(frozen=True)
class NoticeFact:
    """How a shipment stands with its loss notice."""

    status: InTime
    text: str
    tone: str
    due_on: date | None = None
    received_at: datetime | None = None
    notice: LossNotice | None = None


def notice_in_time(shipment: Shipment) -> NoticeFact:
    """Was the loss notified in time? Paid or not yet due: not needed; overdue without notice: until when, or missed."""
    line = (
        shipment.notice_lines.filter(notice__received_at__isnull=False).select_related("notice").order_by("-pk").first()
    )
    if line is not None:
        return _filed(line)
    if shipment.open_amount <= 0 or shipment.due_on >= clock.today():
        return NoticeFact(InTime.NOT_NEEDED, _("Not overdue: no notice is needed"), "green")
    found = windows_by_shipment([shipment.pk]).get(shipment.pk)
    return found or NoticeFact(InTime.MISSED, _("Overdue, and the last valid day for the notice has passed"), "red")


def _filed(line: LossNoticeLine) -> NoticeFact:
    notice = line.notice
    named: dict[str, Any] = {"due_on": line.legal_due, "received_at": line.added_at, "notice": notice}
    if notice.due_provisional:
        text = _("Notified %(number)s; not judged yet, the calendar is not published") % {"number": notice.number}
        return NoticeFact(InTime.FILED_PROVISIONAL, text, "blue", **named)
    if line.days_late:
        text = _("Notified %(number)s, %(days)s day(s) late") % {"number": notice.number, "days": line.days_late}
        return NoticeFact(InTime.FILED_LATE, text, "amber", **named)
    return NoticeFact(
        InTime.FILED_IN_TIME, _("Notified in time: %(number)s") % {"number": notice.number}, "green", **named
    )


def windows_by_shipment(ids: Collection[int]) -> dict[int, NoticeFact]:
    """For overdue invoices without a notice: until when it can come in time, or that the last valid day has passed."""
    rows = Deadline.objects.filter(kind=LOSS_NOTICE_DEFAULT, subject_type="declarations.shipment", subject_id__in=ids)
    running = rows.unsettled().filter(starts_on__lt=clock.today())
    return {row.subject_id: _window_fact(row) for row in running.order_by("id")}


def _window_fact(deadline: Deadline) -> NoticeFact:
    if deadline.provisional or deadline.legal_due >= clock.today():
        words = _("Overdue: the loss can be notified in time until %(day)s") % {"day": deadline.legal_due}
        return NoticeFact(InTime.RUNNING, words, "amber", deadline.legal_due)
    return NoticeFact(
        InTime.MISSED, _("Overdue, and the last valid day for the notice has passed"), "red", deadline.legal_due
    )


def notice_candidates(actor: Actor) -> QuerySet[Shipment]:
    """Overdue invoices of the actor that no filed notice names, the oldest due date first."""
    rows = Shipment.objects.visible_to(actor).open_items().filter(due_on__lt=clock.today())
    reported = LossNoticeLine.objects.filter(notice__state__in=[*FILED, N.CONVERTED_TO_CLAIM]).values("shipment_id")
    return rows.exclude(pk__in=reported).select_related("obligor__country", "policy").order_by("due_on", "id")
