"""Policies: application, quote with schedule, signature, and the counters of what is still left to pay."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.append_only import append_only
from sinosure.core.fields import AmountField, RateField, RatioField, amount_check
from sinosure.core.states import TonedChoices
from sinosure.reference.models import Country, Office


class Product(models.TextChoices):
    """The handbook's five products; the letters are the prefix of the policy number."""

    COMPREHENSIVE = "COMPREHENSIVE", _("Comprehensive insurance")
    SME = "SME", _("SME comprehensive insurance")
    MICRO = "MICRO", _("Micro exporter cover")
    BANK = "BANK", _("Bank policy")
    FORFAITING = "FORFAITING", _("Forfaiting policy")


class PolicyState(TonedChoices):
    DRAFT = "DRAFT", "grey", _("Draft")
    SUBMITTED = "SUBMITTED", "blue", _("Submitted")
    UNDERWRITING = "UNDERWRITING", "blue", _("In underwriting")
    INFO_REQUIRED = "INFO_REQUIRED", "amber", _("Information required")
    QUOTED = "QUOTED", "blue", _("Quoted")
    ACCEPTED = "ACCEPTED", "blue", _("Quote accepted")
    SIGNED = "SIGNED", "blue", _("Signed, waiting for premium")
    IN_FORCE = "IN_FORCE", "green", _("In force")
    SUSPENDED = "SUSPENDED", "red", _("Suspended: premium unpaid")
    EXPIRED = "EXPIRED", "grey", _("Expired, running off")
    RUN_OFF_CLOSED = "RUN_OFF_CLOSED", "grey", _("Run-off closed")
    DECLINED = "DECLINED", "red", _("Declined")
    LAPSED_QUOTE = "LAPSED_QUOTE", "grey", _("Quote lapsed")
    TERMINATED = "TERMINATED", "red", _("Terminated")
    RENEWED = "RENEWED", "grey", _("Renewed")


class ProductWording(models.Model):
    """One version of a product's conditions (Rulebook §1.1). `terms` holds each value with its tag and source key."""

    product = models.CharField(max_length=15, choices=Product.choices)
    version = models.CharField(max_length=20)
    valid_from = models.DateField()
    terms = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "version"], name="wording_once_per_version")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.product} {self.version}"


class PolicyQuerySet(ScopedQuerySet):
    def bank_scope(self, actor: object) -> Q:
        """A bank sees the policies assigned to it; `AssigneeBank` is posted by the financing app."""
        return Q(assignees__bank_id=actor.organisation_id, assignees__until=None)  # type: ignore[attr-defined]


class Policy(models.Model):
    """An insurance contract from the application on. The number is assigned at signature, not before."""

    number = models.CharField(max_length=30, unique=True, null=True, blank=True)
    application_no = models.CharField(max_length=30, unique=True)
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="policies")
    product = models.CharField(max_length=15, choices=Product.choices)
    wording = models.ForeignKey(ProductWording, on_delete=models.PROTECT)
    office = models.ForeignKey(Office, on_delete=models.PROTECT)
    state = models.CharField(max_length=15, choices=PolicyState.choices, default=PolicyState.DRAFT)
    currency = models.CharField(max_length=3, default="USD")
    starts_on = models.DateField()
    ends_on = models.DateField()
    proposal = models.JSONField(default=dict)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    underwriter = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    in_force_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=500, blank=True)
    key_account = models.BooleanField(default=False)
    renewed_from = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="renewed_by")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = PolicyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="policy_period"),
            models.CheckConstraint(
                condition=Q(number__isnull=False)
                | ~Q(state__in=["SIGNED", "IN_FORCE", "SUSPENDED", "EXPIRED", "RUN_OFF_CLOSED", "TERMINATED", "RENEWED"]),
                name="policy_number_from_signature",
            ),
        ]
        indexes = [models.Index(fields=["policyholder", "-id"], name="policy_by_policyholder")]

    def __str__(self) -> str:
        return self.number or self.application_no


class RateBasis(models.TextChoices):
    TABLE = "TABLE", _("Rate table by country class, term and credit period")
    FLAT = "FLAT", _("One flat rate")


class DeclarationMode(models.TextChoices):
    MONTHLY_25 = "MONTHLY_25", _("Each month by the 25th of the next month")
    MONTHLY_10 = "MONTHLY_10", _("Each month by the 10th of the next month")


class PolicySchedule(models.Model):
    """The schedule (保险单明细表), one row per version; a change is a new version with its own effective date."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="schedules")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    effective_from = models.DateField()
    insured_ratios = models.JSONField()  # CoveredRisk -> "0.90"
    highest_ratio = RatioField()
    max_liability = AmountField()
    minimum_premium = AmountField()
    deposit_premium = AmountField()
    rate_basis = models.CharField(max_length=5, choices=RateBasis.choices, default=RateBasis.TABLE)
    flat_rate_pct = RateField(null=True)
    experience_factor = RatioField(default=Decimal(1))
    deductible = AmountField(default=0)
    discretionary_limit = AmountField(default=0)
    declaration_mode = models.CharField(max_length=12, choices=DeclarationMode.choices, default="MONTHLY_25")
    max_credit_days = models.PositiveSmallIntegerField(default=365)
    scope = models.CharField(max_length=20, default="ALL")  # ALL exports, or NON_LC
    covers_services = models.BooleanField(default=False)
    excluded_countries = models.ManyToManyField(Country, blank=True, related_name="+")
    special_terms = models.TextField(blank=True)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "version"], name="schedule_version_once"),
            amount_check("schedule_amounts", "max_liability", "minimum_premium", "deposit_premium", "deductible"),
            models.CheckConstraint(condition=Q(highest_ratio__gt=0, highest_ratio__lte=1), name="schedule_hard_cap"),
            models.CheckConstraint(condition=Q(max_credit_days__lte=730), name="schedule_two_years"),
            models.CheckConstraint(
                condition=Q(experience_factor__gte="0.7", experience_factor__lte="1.3"), name="schedule_experience"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} v{self.version}"


class LiabilityCounter(models.Model):
    """What was paid under a policy, against its maximum (POL-3). Drawn by conditional UPDATE; the CHECK is the backstop."""

    policy = models.OneToOneField(Policy, on_delete=models.PROTECT, primary_key=True, related_name="liability")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    maximum = AmountField()
    paid_total = AmountField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(paid_total__gte=0, paid_total__lte=F("maximum")), name="paid_within_max"),
            amount_check("liability_sane", "maximum"),
        ]

    def __str__(self) -> str:
        return f"{self.paid_total} / {self.maximum}"


class AssigneeBank(models.Model):
    """A bank that an agreement makes loss payee under a policy; written by the financing app, read for scope."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="assignees")
    bank = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    agreement_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "bank"], condition=Q(until=None), name="assignee_once"),
        ]

    def __str__(self) -> str:
        return f"{self.bank_id} on {self.policy_id}"
