"""Agreements and loans in the API."""

from financing.api.agreements import (
    AgreementReasonSerializer,
    AgreementViewSet,
    FlowStepSerializer,
    SignSerializer,
    TermsSerializer,
    scope_of,
)
from financing.api.loans import LoanRowSerializer, LoanViewSet

__all__ = [
    "AgreementReasonSerializer",
    "AgreementViewSet",
    "FlowStepSerializer",
    "LoanRowSerializer",
    "LoanViewSet",
    "SignSerializer",
    "TermsSerializer",
    "scope_of",
]
