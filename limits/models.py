"""Buyer credit limits: application, decision, versions that only grow, stops, and the book of what is drawn."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from credit_info.models import Obligor
from limits.cap_models import BuyerCap, CountryCap
from limits.guards import AUTHORITY_OF_APPROVER, DECIDED_BY_QUORUM, VERSION_ONLY_ENDS
from policies.models import Policy, assigned_rows
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.append_only import append_only
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
    wanted_from = models.DateField(null=True, blank=True)
    wanted_until = models.DateField(null=True, blank=True)
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
        ]
        indexes = [
            models.Index(fields=["policyholder", "-id"], name="limit_app_by_policyholder"),
            models.Index(fields=["state", "submitted_at"], name="limit_app_queue"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="decided_by_quorum",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state"),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__state="DECIDED"),
                func=DECIDED_BY_QUORUM,
            )
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


class LimitQuerySet(ScopedQuerySet):
    """A bank sees the limits of the policies that are assigned to it."""

    def bank_scope(self, actor: Actor) -> Q:
        return assigned_rows(actor.organisation_id, country="obligor__country_id", obligor="obligor_id")


class CreditLimit(models.Model):
    """The limit on one obligor under one policy for one term group: the counter that shipments draw on.

    `amount` is what is in force today for new draws (set from the versions, never by hand). `used` = Σ covered of open
    draws = Σ `LimitMovement.amount`; a draw never lifts it above the limit in force, a cut may leave used > amount.
    The “used” of LIM-7, which counts open value above the limit too, is derived for display (`selectors.open_values`).
    """

    number = models.CharField(max_length=30, unique=True)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="limits")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    obligor = models.ForeignKey(Obligor, on_delete=models.PROTECT, related_name="limits")
    term_group = models.CharField(max_length=5, choices=TermGroup.choices)
    currency = models.CharField(max_length=3)
    amount = AmountField(default=0)
    used = AmountField(default=0)
    is_stopped = models.BooleanField(default=False)
    last_shipped_on = models.DateField(null=True)

    objects = LimitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "obligor", "term_group"], name="one_limit_per_obligor_and_term"),
            amount_check("limit_counter_sane", "amount", "used"),
        ]
        indexes = [models.Index(fields=["policyholder", "obligor"], name="limit_by_policyholder")]

    def __str__(self) -> str:
        return f"{self.obligor_id} {self.amount}"


class VersionKind(models.TextChoices):
    BASE = "BASE", _("Base")
    TEMPORARY = "TEMPORARY", _("Temporary")


class VersionReason(models.TextChoices):
    """Why a version exists: a decision on an application, or one of the reasons of LIM-9."""

    DECISION = "DECISION", _("Decision on an application")
    BUYER_ADVERSE = "BUYER_ADVERSE", _("Adverse news on the buyer")
    COUNTRY = "COUNTRY", _("Country risk")
    OVERDUE = "OVERDUE", _("Overdue payments")
    CLAIM = "CLAIM", _("Loss notice or claim")
    PORTFOLIO = "PORTFOLIO", _("Portfolio steering")
    REQUEST = "REQUEST", _("At the insured's request")
    IDLE = "IDLE", _("No shipment for 12 months")


class VersionQuerySet(ScopedQuerySet):
    def bank_scope(self, actor: Actor) -> Q:
        return assigned_rows(
            actor.organisation_id, "limit__policy", country="limit__obligor__country_id", obligor="limit__obligor_id"
        )


class CreditLimitVersion(models.Model):
    """One decision on a limit. A row never changes but for the end of `validity`, which may only move forward in time
    from where a later decision begins (empty: it never took effect). `effective_from` and `decided_until` stay as decided.
    """

    limit = models.ForeignKey(CreditLimit, on_delete=models.PROTECT, related_name="versions")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=30, unique=True)
    application = models.ForeignKey(LimitApplication, on_delete=models.PROTECT, null=True, related_name="versions")
    kind = models.CharField(max_length=10, choices=VersionKind.choices, default=VersionKind.BASE)
    amount = AmountField()
    term = models.CharField(max_length=10, choices=PaymentTerm.choices)
    max_credit_days = models.PositiveSmallIntegerField()
    insured_ratio = RatioField(null=True)
    conditions = models.JSONField(default=list)
    reason = models.CharField(max_length=20, choices=VersionReason.choices, default=VersionReason.DECISION)
    comment = models.CharField(max_length=1000, blank=True)  # shown to the insured
    effective_from = models.DateField()
    decided_until = models.DateField()
    validity = DateRangeField()  # [effective_from, last day + 1)
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField()

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [
            amount_check("limit_version_amount", "amount"),
            ExclusionConstraint(
                name="one_live_version_per_day",
                expressions=[
                    ("limit", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("validity", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(max_credit_days__lte=730), name="limit_version_two_years"),
            models.CheckConstraint(condition=Q(decided_until__gte=F("effective_from")), name="limit_version_dates"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="only_the_end_moves",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=VERSION_ONLY_ENDS,
            )
        ]

    def __str__(self) -> str:
        return self.number


class StopReason(models.TextChoices):
    """LIM-10."""

    OVERDUE = "OVERDUE", _("An invoice is more than 30 days overdue")
    LOSS_NOTICE = "LOSS_NOTICE", _("A loss notice or claim is open")
    RED_LIGHT = "RED_LIGHT", _("The buyer's light is red")
    COUNTRY = "COUNTRY", _("The country is suspended")
    UNDERWRITER = "UNDERWRITER", _("Stopped by an underwriter")


class LimitStop(models.Model):
    """A dated stop of new cover, with its reason and what caused it. Closed by a cure or an underwriter."""

    limit = models.ForeignKey(CreditLimit, on_delete=models.PROTECT, related_name="stops")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=StopReason.choices)
    source_type = models.CharField(max_length=60, blank=True)
    source_id = models.BigIntegerField(null=True)
    stopped_on = models.DateField()
    opened_at = models.DateTimeField()
    opened_by_id = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by_id = models.BigIntegerField(null=True)
    comment = models.CharField(max_length=500, blank=True)
    closing_comment = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["limit", "reason", "source_type", "source_id"],
                condition=Q(closed_at=None),
                nulls_distinct=False,
                name="stop_once",
            ),
        ]
        indexes = [
            # cure: every stop that one thing caused
            models.Index(fields=["source_type", "source_id"], condition=Q(closed_at=None), name="stop_open_by_source"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.stopped_on}"


class MovementKind(models.TextChoices):
    DRAW = "DRAW", _("Draw")
    RELEASE = "RELEASE", _("Release")
    CORRECT = "CORRECT", _("Correction")


class LimitMovement(models.Model):
    """The append-only book behind `CreditLimit.used`: `amount` is signed, a draw +, a release −; Σ amount = used."""

    limit = models.ForeignKey(CreditLimit, on_delete=models.PROTECT, related_name="movements", db_index=False)
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount = AmountField()
    kind = models.CharField(max_length=10, choices=MovementKind.choices)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    moved_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="DRAW", amount__gt=0) | Q(kind="RELEASE", amount__lt=0) | Q(kind="CORRECT"),
                name="movement_sign",
            )
        ]
        indexes = [models.Index(fields=["limit", "id"], name="movement_by_limit")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


CAPS = (BuyerCap, CountryCap)  # models of this app that stand in a module of their own
