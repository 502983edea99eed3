"""Loss notices, claims, the loss worksheet, opinions, payments, subrogation and recoveries."""

from claims.models.cases import (
    CaseNote,
    ChecklistItem,
    Claim,
    ClaimLine,
    ClaimState,
    Dispute,
    DisputeKind,
    DisputeOutcome,
    ItemState,
    NoteKind,
)
from claims.models.decisions import (
    Opinion,
    OpinionKind,
    ReturnDocument,
    ReturnKind,
    Worksheet,
)
from claims.models.notices import (
    GoodsStatus,
    LossNotice,
    LossNoticeLine,
    MitigationTask,
    NoticeState,
    TaskState,
)
from claims.models.payments import Payment, PaymentState, SubrogationAssignment
from claims.models.recoveries import (
    Instalment,
    RecoveryCase,
    RecoveryMode,
    RecoveryReceipt,
    RecoveryReceiptState,
    RecoveryState,
)
from claims.models.risks import CoveredRisk, PolicyBankQuerySet

__all__ = [
    "CaseNote",
    "ChecklistItem",
    "Claim",
    "ClaimLine",
    "ClaimState",
    "CoveredRisk",
    "Dispute",
    "DisputeKind",
    "DisputeOutcome",
    "GoodsStatus",
    "Instalment",
    "ItemState",
    "LossNotice",
    "LossNoticeLine",
    "MitigationTask",
    "NoteKind",
    "NoticeState",
    "Opinion",
    "OpinionKind",
    "Payment",
    "PaymentState",
    "PolicyBankQuerySet",
    "RecoveryCase",
    "RecoveryMode",
    "RecoveryReceipt",
    "RecoveryReceiptState",
    "RecoveryState",
    "ReturnDocument",
    "ReturnKind",
    "SubrogationAssignment",
    "TaskState",
    "Worksheet",
]
