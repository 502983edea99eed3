"""The invoices of a notice: one notice covers all open invoices of the buyer, insured or not (LN-6)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from claims import windows
from claims.models import LossNotice, LossNoticeLine
from claims.notices.facts import NoticeFacts, Timeliness, timeliness, window_for
from declarations.models import LineState, Shipment
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.money import round_money

VOIDED = (LineState.REVERSED, LineState.REFUSED)


def open_invoices(policy_id: int, obligor_id: int) -> QuerySet[Shipment]:
    """Everything unpaid on the buyer under the policy, oldest due date first."""
    rows = Shipment.objects.open_items().filter(policy=policy_id, obligor=obligor_id)
    return rows.select_related("policy").order_by("due_on", "id")


def not_on(notice: LossNotice) -> QuerySet[Shipment]:
    """Open invoices of the buyer that the notice does not name yet."""
    return open_invoices(notice.policy_id, notice.obligor_id).exclude(notice_lines__notice=notice)


def chosen(policy_id: int, obligor_id: int, shipment_ids: Collection[int] | None) -> list[Shipment]:
    """The invoices to be reported: all open ones, or those asked for. Raises 409 for paid and voided ones (row 28)."""
    if shipment_ids is None:
        rows = list(open_invoices(policy_id, obligor_id))
    else:
        named = Shipment.objects.filter(policy=policy_id, obligor=obligor_id, pk__in=shipment_ids)
        rows = [_reportable(row) for row in named.select_related("policy").order_by("due_on", "id")]
    if not rows:
        message = _("Every invoice on this buyer is paid. There is nothing to report.")
        raise DomainError("nothing_open", message, status=409)
    return rows


def _reportable(row: Shipment) -> Shipment:
    if row.state in VOIDED:
        message = _("Invoice %(invoice)s was voided (%(state)s). It cannot be reported.")
        raise DomainError(
            "line_voided", message, field="shipments", status=409, invoice=row.invoice_no,
            state=row.get_state_display(),
        )  # fmt: skip
    if row.open_amount <= 0:
        message = _("Invoice %(invoice)s was paid on %(day)s. It cannot be reported.")
        raise DomainError(
            "line_paid", message, field="shipments", status=409, invoice=row.invoice_no, day=row.paid_on or "–"
        )
    return row


def write_lines(
    notice: LossNotice, facts: NoticeFacts, shipments: Sequence[Shipment], received_at: datetime
) -> Timeliness:
    """One line an invoice with its own window and lateness; returns how they stand in time."""
    judged = [(row, window_for(facts, row.due_on)) for row in shipments]
    received_on = clock.business_date(received_at)
    found = [(window, windows.lateness_days(received_on, window)) for _row, window in judged]
    LossNoticeLine.objects.bulk_create(
        LossNoticeLine(
            notice=notice, shipment=row, outstanding=row.open_amount, currency=row.currency, legal_due=window.legal_due,
            days_late=days, added_at=received_at,
        )
        for (row, window), (_window, days) in zip(judged, found, strict=True)
    )  # fmt: skip
    return timeliness(found)


def in_policy_currency(shipment: Shipment) -> Decimal:
    """What is still open, at the rate recorded when it was declared (IND-1)."""
    return round_money(shipment.open_amount / shipment.fx, shipment.policy.currency)


def total_open(shipments: Sequence[Shipment]) -> Decimal:
    return sum((in_policy_currency(row) for row in shipments), Decimal(0))


def lines_of(notice: LossNotice) -> QuerySet[LossNoticeLine]:
    rows: Any = notice.lines.select_related(
        "shipment__policy", "shipment__premium_notice", "shipment__limit", "shipment__affiliate"
    )
    return rows.order_by("shipment__due_on", "id")


def outstanding_now(lines: Sequence[LossNoticeLine]) -> Decimal:
    """What is unpaid today on the reported invoices, policy currency."""
    return total_open([line.shipment for line in lines])


def is_paid_in_full(lines: Sequence[LossNoticeLine]) -> bool:
    return bool(lines) and all(line.shipment.open_amount <= 0 for line in lines)
