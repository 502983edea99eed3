"""Buyer credit limits: application, decision, versions that only grow, stops, and the book of what is drawn."""

from limits.candidates.models import StopCandidate
from limits.cap_models import BuyerCap, CountryCap
from limits.models.applications import (
    ApplicationState,
    AuthorityLevel,
    LimitApplication,
    Outcome,
    PaymentTerm,
    Proposal,
    TermGroup,
)
from limits.models.limits import (
    CreditLimit,
    CreditLimitVersion,
    LimitMovement,
    LimitQuerySet,
    LimitStop,
    MovementKind,
    StopReason,
    VersionKind,
    VersionQuerySet,
    VersionReason,
)

__all__ = [
    "ApplicationState",
    "AuthorityLevel",
    "BuyerCap",
    "CountryCap",
    "CreditLimit",
    "CreditLimitVersion",
    "LimitApplication",
    "LimitMovement",
    "LimitQuerySet",
    "LimitStop",
    "MovementKind",
    "Outcome",
    "PaymentTerm",
    "Proposal",
    "StopCandidate",
    "StopReason",
    "TermGroup",
    "VersionKind",
    "VersionQuerySet",
    "VersionReason",
]
