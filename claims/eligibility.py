"""IND-3: does a receivable pass the cover test? The system finds, the adjuster decides with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from declarations.models import CoverReason, LineState, PremiumState


class Finding(models.TextChoices):
    """Why a receivable is not eligible."""

    OTHER_POLICY = "OTHER_POLICY", _("Under another policy")
    NOT_DECLARED = "NOT_DECLARED", _("Not declared")
    IN_REVIEW = "IN_REVIEW", _("Declaration still in review or on hold")
    NO_LIMIT = "NO_LIMIT", _("No valid limit for this buyer and payment term at shipment")
    OUT_OF_POLICY = "OUT_OF_POLICY", _("Outside the policy's terms")
    PREMIUM_UNPAID = "PREMIUM_UNPAID", _("Premium overdue")
    NOT_CLAIMED = "NOT_CLAIMED", _("Not claimed")
    EXCLUSION = "EXCLUSION", _("An exclusion applies")
    KNOWN_RISK = "KNOWN_RISK", _("Shipped after the risk was known")
    DISPUTED = "DISPUTED", _("Disputed, left for the final indemnity")
    OTHER = "OTHER", _("Other reason, see the note")


# facts that an adjuster cannot overrule; everything else is a proposal
FIXED = frozenset({Finding.OTHER_POLICY, Finding.NOT_DECLARED, Finding.IN_REVIEW, Finding.PREMIUM_UNPAID})
CHOOSABLE = (Finding.EXCLUSION, Finding.KNOWN_RISK, Finding.DISPUTED, Finding.NO_LIMIT, Finding.OUT_OF_POLICY,
             Finding.NOT_CLAIMED, Finding.OTHER)  # fmt: skip
_BY_COVER = {
    CoverReason.NO_LIMIT: Finding.NO_LIMIT,
    CoverReason.TERM_RISKIER: Finding.NO_LIMIT,
    CoverReason.TENOR_LONGER: Finding.NO_LIMIT,
    CoverReason.BEFORE_VALIDITY: Finding.NO_LIMIT,
    CoverReason.AFTER_VALIDITY: Finding.NO_LIMIT,
    CoverReason.OUT_OF_POLICY: Finding.OUT_OF_POLICY,
    CoverReason.COUNTRY_EXCLUDED: Finding.OUT_OF_POLICY,
    CoverReason.NOT_BOOKED: Finding.IN_REVIEW,
    CoverReason.STOPPED: Finding.KNOWN_RISK,  # LIM-10: proposed, the adjuster may think otherwise
}
_BY_STATE = {
    LineState.REGISTERED: Finding.NOT_DECLARED,
    LineState.LATE_REVIEW: Finding.IN_REVIEW,
    LineState.ON_HOLD: Finding.IN_REVIEW,
}


@dataclass(frozen=True)
class Declared:
    """What is known of one receivable: its declaration, premium and cover at shipment."""

    is_own_policy: bool
    state: str
    cover_reason: str
    premium_state: str
    premium_due_on: date | None
    is_claimed: bool


def finding(declared: Declared, today: date) -> str:
    """The first reason why it is not eligible, "" when it is."""
    if not declared.is_own_policy:
        return Finding.OTHER_POLICY
    if declared.state in _BY_STATE:
        return _BY_STATE[LineState(declared.state)]
    if declared.cover_reason in _BY_COVER:
        return _BY_COVER[CoverReason(declared.cover_reason)]
    if premium_is_overdue(declared, today):
        return Finding.PREMIUM_UNPAID
    return "" if declared.is_claimed else Finding.NOT_CLAIMED


def premium_is_overdue(declared: Declared, today: date) -> bool:
    """PRM-2: billed, not paid, and the day has passed. Premium that was not billed yet is not overdue."""
    due_on = declared.premium_due_on
    return declared.premium_state == PremiumState.BILLED and due_on is not None and due_on < today
