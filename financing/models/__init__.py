"""Assignment agreements, what is financed and by whom, and loans drawn against insured receivables."""

from financing.models.agreements import (
    Agreement,
    AgreementKind,
    AgreementState,
    BankScoped,
)
from financing.models.book import Fact, FinancingEntry, FinancingSeal
from financing.models.cover_notices import Cause, CoverNotice, CoverState
from financing.models.loans import (
    ACTIVE_LOAN,
    DRAWN_LOAN,
    Check,
    FinancedInvoice,
    Loan,
    LoanState,
    Repayment,
)

__all__ = [
    "ACTIVE_LOAN",
    "DRAWN_LOAN",
    "Agreement",
    "AgreementKind",
    "AgreementState",
    "BankScoped",
    "Cause",
    "Check",
    "CoverNotice",
    "CoverState",
    "Fact",
    "FinancedInvoice",
    "FinancingEntry",
    "FinancingSeal",
    "Loan",
    "LoanState",
    "Repayment",
]
