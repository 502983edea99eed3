"""Assignment agreements, what is financed and by whom, and loans drawn against insured receivables."""

from financing.microloan.models import (
    CreditLine,
    CreditProduct,
    CreditState,
    DataAuthorisation,
    DataItem,
    Drawdown,
    ProductTerms,
)
from financing.models.agreements import (
    Agreement,
    AgreementKind,
    AgreementState,
    BankScoped,
)
from financing.models.authorisations import Authorisation, Grant, Indicator, Reading
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
    "Authorisation",
    "BankScoped",
    "Cause",
    "Check",
    "CoverNotice",
    "CoverState",
    "CreditLine",
    "CreditProduct",
    "CreditState",
    "DataAuthorisation",
    "DataItem",
    "Drawdown",
    "Fact",
    "FinancedInvoice",
    "FinancingEntry",
    "FinancingSeal",
    "Grant",
    "Indicator",
    "Loan",
    "LoanState",
    "ProductTerms",
    "Reading",
    "Repayment",
]
