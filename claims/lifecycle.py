"""The moves of claims, payments and recovery cases (Rulebook §6.1, §6.7, REC-7)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from claims.models import ClaimState as C
from claims.models import PaymentState as P
from claims.models import RecoveryReceiptState as RR
from claims.models import RecoveryState as R
from sinosure.core.lifecycle import Lifecycle, Move

BEFORE_DECISION = (
    C.DRAFT, C.FILED, C.DOC_CHECK, C.DOC_REQUESTED, C.ACCEPTED, C.INVESTIGATION, C.SUSPENDED, C.LOSS_ADJUSTMENT,
)  # fmt: skip
DECIDED_UNPAID = (C.OPINION_ISSUED, C.NOTICE_SENT, C.AWAITING_RECEIPT_DOCS, C.DOCS_VERIFIED)
ENDED = (C.CLOSED, C.REJECTED, C.WITHDRAWN)

CLAIM = Lifecycle(
    "claim",
    moves=(
        Move("file", (C.DRAFT,), C.FILED, "claims.file", _("File the claim")),
        Move("check", (C.FILED,), C.DOC_CHECK, "claims.handle", _("Start checking the documents")),
        Move("request_documents", (C.DOC_CHECK,), C.DOC_REQUESTED, "claims.handle", _("Request missing documents"),
             tone=""),
        Move("provide_documents", (C.DOC_REQUESTED,), C.DOC_CHECK, "claims.file", _("Everything is provided")),
        Move("accept", (C.DOC_CHECK,), C.ACCEPTED, "claims.handle", _("Accept the claim")),
        Move("investigate", (C.ACCEPTED,), C.INVESTIGATION, "claims.handle", _("Begin the investigation")),
        Move("suspend", (C.INVESTIGATION,), C.SUSPENDED, "claims.handle", _("Suspend: dispute first"), tone=""),
        Move("resume", (C.SUSPENDED,), C.INVESTIGATION, "claims.handle", _("Resume after the dispute")),
        Move("adjust", (C.INVESTIGATION,), C.LOSS_ADJUSTMENT, "claims.adjust", _("Begin loss adjustment")),
        Move("propose", (C.LOSS_ADJUSTMENT,), C.DECISION_REVIEW, "claims.adjust", _("Propose an opinion")),
        Move("return", (C.DECISION_REVIEW,), C.LOSS_ADJUSTMENT, "claims.decide", _("Return with a comment"), tone=""),
        Move("decide", (C.DECISION_REVIEW,), C.OPINION_ISSUED, "claims.decide", _("Approve the opinion")),
        Move("send_notice", (C.OPINION_ISSUED,), C.NOTICE_SENT, "claims.handle", _("Send the indemnity notice")),
        Move("reject", (C.OPINION_ISSUED,), C.REJECTED, "claims.handle", _("Send the refusal letter"), tone="danger"),
        Move("settle", (C.OPINION_ISSUED,), C.SUBROGATED, "claims.handle", automatic=True),
        Move("provide_return", (C.NOTICE_SENT, C.AWAITING_RECEIPT_DOCS), C.AWAITING_RECEIPT_DOCS,
             "claims.return_documents", automatic=True),
        Move("verify_return", (C.AWAITING_RECEIPT_DOCS,), C.DOCS_VERIFIED, "claims.verify_return", automatic=True),
        Move("pay", (C.DOCS_VERIFIED,), C.PAID, "payments.prepare", automatic=True),
        Move("continue", (C.PAID,), C.LOSS_ADJUSTMENT, "claims.adjust", _("Go on to the final indemnity")),
        Move("subrogate", (C.PAID,), C.SUBROGATED, "payments.prepare", automatic=True),
        Move("recover", (C.SUBROGATED,), C.RECOVERY, "recoveries.manage", _("Open the recovery case")),
        Move("void", (C.DECISION_REVIEW, *DECIDED_UNPAID), C.LOSS_ADJUSTMENT, "claims.adjust", automatic=True),
        Move("close", (C.RECOVERY, C.SUBROGATED), C.CLOSED, "recoveries.manage", automatic=True),
        Move("dispute", (C.REJECTED,), C.DISPUTED, "claims.file", _("Dispute the refusal"), tone=""),
        Move("readjust", (C.DISPUTED,), C.LOSS_ADJUSTMENT, "claims.adjust", _("Adjust the loss again")),
        Move("uphold", (C.DISPUTED,), C.CLOSED, "claims.decide", _("Uphold the refusal and close"), tone=""),
        Move("reopen", (C.CLOSED,), C.LOSS_ADJUSTMENT, "claims.reopen", _("Reopen the claim"), tone=""),
        Move("withdraw", BEFORE_DECISION, C.WITHDRAWN, "claims.file", _("Withdraw the claim"), tone="danger"),
    ),
)  # fmt: skip

PAYMENT = Lifecycle(
    "claim_payment",
    moves=(
        Move("approve", (P.PREPARED,), P.APPROVED, "payments.approve", _("Approve the payment"),
             second_person="prepared_by_id"),
        Move("send", (P.APPROVED,), P.SENT, "payments.prepare", _("Send to the bank")),
        Move("confirm", (P.SENT,), P.CONFIRMED, "payments.prepare", _("Bank confirms")),
        Move("return", (P.SENT,), P.RETURNED, "payments.prepare", _("Returned by the bank"), tone=""),
        Move("cancel", (P.PREPARED, P.APPROVED), P.CANCELLED, "payments.approve", _("Cancel the payment"), tone=""),
    ),
)  # fmt: skip

IN_HAND = (R.CHANNEL_ASSIGNED, R.NEGOTIATION, R.INSTALMENT_PLAN, R.LITIGATION, R.LIQUIDATION, R.PARTIAL)
RECOVERY = Lifecycle(
    "recovery_case",
    moves=(
        Move("assign_channel", (R.OPEN,), R.CHANNEL_ASSIGNED, "recoveries.manage", _("Assign a channel")),
        Move("negotiate", IN_HAND, R.NEGOTIATION, "recoveries.manage", _("Negotiate"), tone=""),
        Move("plan_instalments", IN_HAND, R.INSTALMENT_PLAN, "recoveries.manage", _("Agree instalments"), tone=""),
        Move("litigate", IN_HAND, R.LITIGATION, "recoveries.manage", _("Go to court"), tone=""),
        Move("liquidate", IN_HAND, R.LIQUIDATION, "recoveries.manage", _("Follow the liquidation"), tone=""),
        Move("record", (R.OPEN, *IN_HAND, R.FULL), None, "recoveries.manage", _("Record money recovered"),
             automatic=True, outcomes=(R.PARTIAL, R.FULL)),
        Move("write_off", (R.OPEN, *IN_HAND), R.WRITTEN_OFF, "recoveries.manage", _("Write off"), tone="danger"),
        Move("close", (R.FULL, R.WRITTEN_OFF), R.CLOSED, "recoveries.manage", _("Close the case")),
    ),
)  # fmt: skip

RECEIPT = Lifecycle(
    "recovery_receipt",
    moves=(
        Move("split", (RR.RECORDED,), RR.SPLIT, "recoveries.book", _("Split and post"), second_person="recorded_by_id"),
        Move("remit", (RR.SPLIT,), RR.REMITTED, "recoveries.book", _("Book the remittance")),
    ),
)
