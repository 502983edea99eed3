"""The only writers of shipments, receipts and premium. Locking order: policy → limit → shipment."""

from declarations.services import turnover
from declarations.services.declare import (
    accept_held,
    correct,
    declare,
    extend_due,
    line_of,
    preview,
    refuse_held,
    register_receivable,
    withdraw,
)
from declarations.services.periods import close_month, lines_of, open_months
from declarations.services.premium import (
    book_payment,
    cancel_notice,
    deposit_left,
    issue_deposit_notice,
    issue_monthly_notice,
)
from declarations.services.receipts import plan as plan_receipt
from declarations.services.receipts import record as record_receipt
from declarations.services.receipts import reverse as reverse_receipt

__all__ = [
    "accept_held",
    "book_payment",
    "cancel_notice",
    "close_month",
    "correct",
    "declare",
    "deposit_left",
    "extend_due",
    "issue_deposit_notice",
    "issue_monthly_notice",
    "line_of",
    "lines_of",
    "open_months",
    "plan_receipt",
    "preview",
    "record_receipt",
    "refuse_held",
    "register_receivable",
    "reverse_receipt",
    "turnover",
    "withdraw",
]
