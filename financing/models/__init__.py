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
    IN_FORCE,
    Agreement,
    AgreementKind,
    AgreementState,
    BankScoped,
)
from financing.models.authorisations import Authorisation, Grant, Indicator, Reading
from financing.models.book import Fact, FinancingEntry, FinancingSeal
from financing.models.cover_notices import Cause, CoverNotice, CoverState
from financing.models.factoring import FactoringContract
from financing.models.loans import (
    ACTIVE_LOAN,
    DRAWN_LOAN,
    Check,
    FinancedInvoice,
    Loan,
    LoanState,
    Repayment,
)
from financing.models.reminders import About, Reminder
from financing.models.terms import OPEN_TERMS, AgreementTerms, TermsState
from financing.schemes.models import (
    Backing,
    CaseState,
    FundEntry,
    RegionalScheme,
    SchemeCase,
    SchemeProduct,
    SchemeTerms,
    TopUp,
    TopUpState,
)

__all__ = [
    "ACTIVE_LOAN",
    "DRAWN_LOAN",
    "IN_FORCE",
    "OPEN_TERMS",
    "About",
    "Agreement",
    "AgreementKind",
    "AgreementState",
    "AgreementTerms",
    "Authorisation",
    "Backing",
    "BankScoped",
    "CaseState",
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
    "FactoringContract",
    "FinancedInvoice",
    "FinancingEntry",
    "FinancingSeal",
    "FundEntry",
    "Grant",
    "Indicator",
    "Loan",
    "LoanState",
    "ProductTerms",
    "Reading",
    "RegionalScheme",
    "Reminder",
    "Repayment",
    "SchemeCase",
    "SchemeProduct",
    "SchemeTerms",
    "TermsState",
    "TopUp",
    "TopUpState",
]
