"""Shipments declared, the receivables they leave, premium on them, money received, and the files they came in."""

from declarations.models.premium import DeclarationPeriod, NoticeState, PremiumKind, PremiumNotice, PremiumPayment
from declarations.models.production import (
    ContractState,
    CostKind,
    DirectCost,
    InstructionKind,
    ProductionContract,
    ProductionInstruction,
    UncoveredReason,
)
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
    "ContractState",
    "CostKind",
    "CoverReason",
    "CoverState",
    "DeclarationPeriod",
    "DirectCost",
    "FileKind",
    "ImportBatch",
    "ImportRow",
    "InstructionKind",
    "LineKind",
    "LineState",
    "NoticeState",
    "PremiumKind",
    "PremiumNotice",
    "PremiumPayment",
    "PremiumState",
    "ProductionContract",
    "ProductionInstruction",
    "Receipt",
    "ReceiptAllocation",
    "RowError",
    "Shipment",
    "ShipmentQuerySet",
    "TurnoverState",
    "TurnoverStatement",
    "UncoveredReason",
]
