"""Reads of notices of cover."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from declarations.models import Shipment
from financing.models import CoverNotice, Loan
from financing.selectors import invoice_key
from sinosure.accounts.actor import Actor


def notices(actor: Actor) -> QuerySet[CoverNotice]:
    """What the actor may see, with what a page shows."""
    rows = CoverNotice.objects.visible_to(actor)
    return rows.select_related("shipment__obligor", "shipment__policy", "agreement", "bank", "policyholder")


def listed(actor: Actor, q: str = "", state: str = "", **_named: Any) -> QuerySet[CoverNotice]:
    """The newest version on each shipment; `q` an invoice or the number of a notice."""
    rows = notices(actor).latest()
    if q:
        rows = rows.filter(number__iexact=q.strip()) | rows.filter(shipment__invoice_key=invoice_key(q))
    return rows.filter(state=state) if state else rows


def shipment_of(actor: Actor, invoice_no: str) -> Shipment | None:
    """The newest declaration of this invoice that the actor may see."""
    rows = Shipment.objects.visible_to(actor).live().filter(invoice_key=invoice_key(invoice_no))
    return rows.order_by("-id").first()


def on_loan(actor: Actor, loan: Loan) -> CoverNotice | None:
    """The newest on the loan's shipment for its bank."""
    rows = CoverNotice.objects.visible_to(actor).filter(shipment=loan.shipment_id, bank=loan.bank_id)
    return rows.order_by("-version").first()


def is_newest(actor: Actor, row: CoverNotice) -> bool:
    return notices(actor).latest().filter(pk=row.pk).exists()
