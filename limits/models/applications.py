"""The application for a limit, the levels of authority, and what an underwriter proposes (LIM-2, LIM-3, LIM-15)."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from credit_info.models import Obligor
from limits.guards import AUTHORITY_OF_APPROVER, DECIDED_BY_QUORUM, PRIORITY_OF_KEY_ACCOUNT
from policies.models import Policy
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.fields import AmountField, RatioField, amount_check
from sinosure.core.states import TonedChoices


class PaymentTerm(models.TextChoices):
    """PRD-5, in order of risk."""

    LC_SIGHT = "LC_SIGHT", _("L/C at sight")
    LC_USANCE = "LC_USANCE", _("Usance L/C")
    DP = "DP", _("D/P")
    DA = "DA", _("D/A")
    OA = "OA", _("O/A")


class TermGroup(models.TextChoices):
    """A limit stands for one group: on the bank (LC) or on the buyer (DP, DA/OA)."""

    LC = "LC", _("L/C")
    DP = "DP", _("D/P")
    DA_OA = "DA_OA", _("D/A and O/A")


class ApplicationState(TonedChoices):
    DRAFT = "DRAFT", "grey", _("Draft")
    SUBMITTED = "SUBMITTED", "blue", _("Submitted")
    IN_REVIEW = "IN_REVIEW", "blue", _("In review")
    INFO_REQUIRED = "INFO_REQUIRED", "amber", _("Information required")
    PROPOSED = "PROPOSED", "blue", _("Proposed, waiting for approval")
    DECIDED = "DECIDED", "green", _("Decided")
    WITHDRAWN = "WITHDRAWN", "grey", _("Withdrawn")
    DECLINED = "DECLINED", "red", _("Declined")


class Outcome(TonedChoices):
    """LIM-3."""

    APPROVED_FULL = "APPROVED_FULL", "green", _("Approved in full")
    APPROVED_PARTIAL = "APPROVED_PARTIAL", "amber", _("Approved in part")
    APPROVED_CONDITIONAL = "APPROVED_CONDITIONAL", "amber", _("Approved with conditions")
    ZERO = "ZERO", "red", _("Nil limit")


class LimitApplication(models.Model):
    """《信用限额申请表》 (LIM-2). `facts` holds trading history, ownership, orders, security as typed answers."""

    number = models.CharField(max_length=30, unique=True)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="limit_applications")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    obligor = models.ForeignKey(Obligor, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=15, choices=ApplicationState.choices, default=ApplicationState.DRAFT)
    term = models.CharField(max_length=10, choices=PaymentTerm.choices)
    credit_days = models.PositiveSmallIntegerField()
    amount = AmountField()
    currency = models.CharField(max_length=3)
    facts = models.JSONField(default=dict)
    is_related_party = models.BooleanField(default=False)
    is_temporary = models.BooleanField(default=False)
    pre_shipment = models.BooleanField(default=False)  # goods in production too (§1.3)
    wanted_from = models.DateField(null=True, blank=True)
    wanted_until = models.DateField(null=True, blank=True)
    is_priority = models.BooleanField(default=False)  # of a key account: before others in the queue (PRD-3)
    priority_reason = models.CharField(max_length=500, blank=True)
    priority_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closing_reason = models.CharField(max_length=1000, blank=True)
    question = models.CharField(max_length=500, blank=True)
    answer = models.CharField(max_length=1000, blank=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    underwriter = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            amount_check("limit_application_amount", "amount"),
            models.CheckConstraint(condition=Q(credit_days__lte=730), name="limit_application_two_years"),
            models.CheckConstraint(
                condition=Q(is_temporary=False) | Q(wanted_until__isnull=False), name="temporary_application_has_end"
            ),
            models.CheckConstraint(
                condition=Q(is_priority=False) | (~Q(priority_reason="") & Q(priority_by__isnull=False)),
                name="priority_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["policyholder", "-id"], name="limit_app_by_policyholder"),
            models.Index(fields=["state", "submitted_at"], name="limit_app_queue"),
            # the queue of the desk: raised ones first, then the newest
            models.Index(fields=["-is_priority", "-id"], name="limit_app_priority"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="decided_by_quorum",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state"),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__state="DECIDED"),
                func=DECIDED_BY_QUORUM,
            ),
            pgtrigger.Trigger(
                name="priority_of_key_account",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("is_priority"),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__is_priority=True),
                func=PRIORITY_OF_KEY_ACCOUNT,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @cached_property
    def live_proposal(self) -> Proposal | None:
        """The proposal that waits for approval or was approved; a returned one is history."""
        return (
            self.proposals.filter(returned_at=None).select_related("proposed_by", "approved_by", "seconded_by").first()
        )

    @property
    def proposer_id(self) -> int | None:
        """Who may not approve."""
        return self.live_proposal.proposed_by_id if self.live_proposal else None


class AuthorityLevel(models.Model):
    """LIM-15, configurable: whose signature an amount needs. Levels 1–3 are underwriters' tiers, 4 is the committee."""

    level = models.PositiveSmallIntegerField(primary_key=True)
    ceiling_usd = AmountField(null=True)  # NULL: no ceiling
    quorum = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["level"]

    def __str__(self) -> str:
        return f"L{self.level} {self.ceiling_usd}"


class Proposal(models.Model):
    """What an underwriter proposes on an application, and who confirmed it.

    The approver is never the proposer, and holds a grant of the level needed at that moment: constraints and a trigger
    see to it, whoever writes. `approved_by` and `seconded_by` are the two votes of the committee above level 3.
    """

    application = models.ForeignKey(LimitApplication, on_delete=models.PROTECT, related_name="proposals")
    outcome = models.CharField(max_length=22, choices=Outcome.choices)
    amount = AmountField()
    usd_amount = AmountField()
    max_credit_days = models.PositiveSmallIntegerField()
    term = models.CharField(max_length=10, choices=PaymentTerm.choices)
    insured_ratio = RatioField(null=True)
    effective_from = models.DateField()
    valid_until = models.DateField()
    is_temporary = models.BooleanField(default=False)
    pre_shipment = models.BooleanField(default=False)  # goods in production too (§1.3)
    conditions = models.JSONField(default=list)
    reasons = models.CharField(max_length=1000)
    internal_note = models.CharField(max_length=1000, blank=True)
    level_needed = models.PositiveSmallIntegerField()
    needs_second_person = models.BooleanField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    seconded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    comment = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(returned_at=None), name="one_live_proposal_per_application"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by")), name="proposal_maker_is_not_checker"
            ),
            models.CheckConstraint(
                condition=Q(seconded_by=None) | (~Q(seconded_by=F("approved_by")) & ~Q(seconded_by=F("proposed_by"))),
                name="proposal_second_is_another",
            ),
            models.CheckConstraint(
                condition=Q(seconded_by=None) | Q(approved_by__isnull=False), name="proposal_second_after_first"
            ),
            models.CheckConstraint(condition=~Q(outcome="ZERO") | Q(amount=0), name="proposal_zero_is_zero"),
            models.CheckConstraint(condition=Q(valid_until__gte=F("effective_from")), name="proposal_dates"),
            amount_check("proposal_amount", "amount", "usd_amount"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="authority_of_approver",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=AUTHORITY_OF_APPROVER,
            )
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.amount}"
