"""The only writers of report orders."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from credit_info.models import Obligor
from credit_info.reports import letters
from credit_info.reports.lifecycle import REPORT_ORDER
from credit_info.reports.models import ReportOrder, Service
from sinosure.accounts.actor import Actor
from sinosure.accounts.roles import Role
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.core.workdays import working_days
from sinosure.documents.services import next_number
from sinosure.notifications.services import notify, notify_insurer
from sinosure.reference.services import calendar_around

# price in CNY and working days until delivery [D]: shown before the order, printed on it
OFFERS: dict[str, tuple[Decimal, int]] = {
    Service.MANIFEST: (Decimal(300), 2),
    Service.COMPANY: (Decimal(800), 5),
    Service.SECTOR: (Decimal(2000), 10),
    Service.INVESTMENT: (Decimal(5000), 15),
    Service.MANAGEMENT: (Decimal(5000), 15),
}
OF_A_COMPANY = (Service.MANIFEST, Service.COMPANY)
VALID = timedelta(days=365)
PARTS = ("summary", "payment", "finance", "advice")


@transaction.atomic
def order(*, actor: Actor, service: str, obligor: Obligor | None = None, question: str = "") -> ReportOrder:
    """An order at the price shown. Raises `company_missing`, `question_missing`, `ordered_already`."""
    if not actor.can("reports.order") or actor.organisation_id is None or actor.user_id is None:
        raise NotAllowed()
    _check(service, obligor, question)
    price, days = OFFERS[service]
    today = clock.today()
    row = ReportOrder(
        number=next_number(f"CR-{today.year}"), policyholder_id=actor.organisation_id, service=service,
        obligor=obligor if service in OF_A_COMPANY else None, question=question.strip(), price=price,
        promised_on=working_days(today, days, calendar_around(today)).legal_due, ordered_by_id=actor.user_id,
        ordered_at=clock.now(),
    )  # fmt: skip
    _save_new(row)
    audit.record(actor, "report.ordered", row, detail={"service": service, "obligor": row.obligor_id})
    notify_insurer(actor, "report.ordered", row, Role.CREDIT_ANALYST, row.policyholder_id, {"number": row.number})
    return row


def _check(service: str, obligor: Obligor | None, question: str) -> None:
    if service in OF_A_COMPANY and obligor is None:
        raise DomainError("company_missing", _("Choose the company that the report is about."), field="obligor")
    if service not in OF_A_COMPANY and not question.strip():
        raise DomainError("question_missing", _("Say what you want to know."), field="question")


def _save_new(row: ReportOrder) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as twice:
        message = _("This report is on order already.")
        raise DomainError("ordered_already", message, field="obligor", status=409) from twice


@transaction.atomic
def take(*, actor: Actor, order_id: int) -> ReportOrder:
    row = _locked(actor, order_id, "take")
    row.taken_by_id = actor.user_id
    return _moved(actor, row, "take")


@transaction.atomic
def cancel(*, actor: Actor, order_id: int) -> ReportOrder:
    return _moved(actor, _locked(actor, order_id, "cancel"), "cancel")


@transaction.atomic
def deliver(*, actor: Actor, order_id: int, **findings: str) -> ReportOrder:
    """The report as a letter to the customer. Raises `findings_missing` while a part is empty."""
    row = _locked(actor, order_id, "deliver")
    told = {part: findings.get(part, "").strip() for part in PARTS}
    empty = next((part for part, text in told.items() if not text), None)
    if empty:
        raise DomainError("findings_missing", _("Every part of the report is filled in."), field=empty)
    row.findings, row.delivered_at = told, clock.now()
    row.valid_until = clock.today() + VALID
    moved = _moved(actor, row, "deliver")
    letters.issue_report(actor, moved)
    notify(actor, "report.delivered", moved, organisation_id=moved.policyholder_id,
           policyholder_id=moved.policyholder_id, params={"number": moved.number})  # fmt: skip
    return moved


def _locked(actor: Actor, order_id: int, action: str) -> ReportOrder:
    rows = ReportOrder.objects.visible_to(actor).select_for_update(of=("self",))
    row: ReportOrder = rows.select_related("obligor", "policyholder").get(pk=order_id)
    REPORT_ORDER.check(action, row, actor)
    return row


def _moved(actor: Actor, row: ReportOrder, action: str) -> ReportOrder:
    target = REPORT_ORDER[action].target
    assert target is not None  # every move of this table names its target
    row.state = target
    row.save()
    audit.record(actor, f"report.{action}", row, detail={"number": row.number})
    return row
