"""Shipments declared, the receivables they leave, premium on them, money received, and the files they came in."""

from declarations.models.premium import DeclarationPeriod, NoticeState, PremiumKind, PremiumNotice, PremiumPayment
from declarations.models.receipts import Receipt, ReceiptAllocation
from declarations.models.shipments import (
    CoverReason,
    CoverState,
    LineKind,
    LineState,
    PremiumState,
    Shipment,
    ShipmentQuerySet,
)
from declarations.models.turnover import TurnoverState, TurnoverStatement
from declarations.models.uploads import BatchState, FileKind, ImportBatch, ImportRow, RowError

__all__ = [
    "BatchState",
    "CoverReason",
    "CoverState",
    "DeclarationPeriod",
    "FileKind",
    "ImportBatch",
    "ImportRow",
    "LineKind",
    "LineState",
    "NoticeState",
    "PremiumKind",
    "PremiumNotice",
    "PremiumPayment",
    "PremiumState",
    "Receipt",
    "ReceiptAllocation",
    "RowError",
    "Shipment",
    "ShipmentQuerySet",
    "TurnoverState",
    "TurnoverStatement",
]
