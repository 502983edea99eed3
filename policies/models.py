"""Policies: application, quote with schedule, signature, and the counters of what is still left to pay."""

from __future__ import annotations

from decimal import Decimal

import pgtrigger
from django.db import models
from django.db.models import BooleanField, F, Func, Q, Value
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from policies.wording import Terms
from sinosure.accounts.actor import Actor
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

    @property
    def named(self) -> Terms:
        """The terms, to be read by name."""
        return Terms(self.terms)


class PolicyQuerySet(ScopedQuerySet):
    def bank_scope(self, actor: Actor) -> Q:
        """A bank sees the policies assigned to it; `AssigneeBank` is posted by the financing app."""
        assigned = AssigneeBank.objects.filter(bank_id=actor.organisation_id, until=None)
        return Q(pk__in=assigned.values("policy_id"))


class Policy(models.Model):
    """An insurance contract from the application on. The number is assigned at signature, not before."""

    number = models.CharField(max_length=30, unique=True, null=True, blank=True)
    application_no = models.CharField(max_length=30, unique=True)
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="policies")
    product = models.CharField(max_length=15, choices=Product.choices, default=Product.COMPREHENSIVE)
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
    question = models.CharField(max_length=1000, blank=True)
    answer = models.CharField(max_length=2000, blank=True)
    quoted_at = models.DateTimeField(null=True)
    quoted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    quote_valid_until = models.DateField(null=True)
    accepted_at = models.DateTimeField(null=True)
    insured_signed_at = models.DateTimeField(null=True)
    insured_signer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    insurer_signer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    deposit_received = AmountField(default=0)
    in_force_at = models.DateTimeField(null=True)
    terminated_on = models.DateField(null=True)
    remark = models.CharField(max_length=1000, blank=True)
    key_account = models.BooleanField(default=False)
    renewed_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="renewals")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = PolicyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="policy_period"),
            models.CheckConstraint(
                condition=Q(number__isnull=False)
                | ~Q(
                    state__in=["SIGNED", "IN_FORCE", "SUSPENDED", "EXPIRED", "RUN_OFF_CLOSED", "TERMINATED", "RENEWED"]
                ),
                name="policy_number_from_signature",
            ),
            models.CheckConstraint(
                condition=Q(insurer_signer=None) | ~Q(insurer_signer=F("quoted_by")), name="policy_signer_is_not_quoter"
            ),
            amount_check("policy_deposit_received", "deposit_received"),
            models.UniqueConstraint(
                fields=["renewed_from"],
                condition=~Q(state__in=["DECLINED", "LAPSED_QUOTE"]),
                name="policy_renewed_once",
            ),
        ]
        indexes = [
            models.Index(fields=["policyholder", "-id"], name="policy_by_policyholder"),
            # the underwriters' desk: oldest application first
            models.Index(
                fields=["submitted_at", "id"],
                condition=Q(state__in=["SUBMITTED", "UNDERWRITING", "INFO_REQUIRED", "QUOTED", "ACCEPTED"]),
                name="policy_desk",
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.application_no

    @cached_property
    def schedule(self) -> PolicySchedule | None:
        """The latest schedule, whether quoted or signed; what was in force on a day is asked of selectors."""
        return self.schedules.order_by("-version").first()

    @property
    def waits_for_insured(self) -> bool:
        return self.state == PolicyState.ACCEPTED and self.insured_signed_at is None


# A percentage above the hard cap of the product is refused whoever writes it (AMB-2).
def _no_ratio_above(cap: str) -> Func:
    path = Value(f"$.* ? (@.double() > {cap})")
    return Func(F("insured_ratios"), path, function="jsonb_path_exists", output_field=BooleanField())


_PRODUCT_OF_POLICY = """
    BEGIN
        PERFORM 1 FROM policies_policy WHERE id = NEW.policy_id AND product = NEW.product;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the schedule is for another product than policy %', NEW.policy_id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END;
"""


class RateBasis(models.TextChoices):
    TABLE = "TABLE", _("Rate table by country class, term and credit period")
    FLAT = "FLAT", _("One flat rate")


class DeclarationMode(models.TextChoices):
    MONTHLY_25 = "MONTHLY_25", _("Each month by the 25th of the next month")
    MONTHLY_10 = "MONTHLY_10", _("Each month by the 10th of the next month")


class Scope(models.TextChoices):
    """Whole-turnover duty (POL-4): all exports, or all that are not under a letter of credit."""

    ALL = "ALL", _("All exports, L/C and non-L/C")
    NON_LC = "NON_LC", _("All exports not under L/C")


class PolicySchedule(models.Model):
    """The schedule (保险单明细表), one row per version; a change is a new version with its own effective date."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="schedules")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    product = models.CharField(max_length=15, choices=Product.choices, default=Product.COMPREHENSIVE)
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
    long_credit_reason = models.CharField(max_length=500, blank=True)
    scope = models.CharField(max_length=20, choices=Scope.choices, default=Scope.ALL)
    covers_services = models.BooleanField(default=False)
    excluded_countries = models.ManyToManyField(Country, blank=True, related_name="+")
    special_terms = models.TextField(blank=True)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "version"], name="schedule_version_once"),
            amount_check(
                "schedule_amounts",
                "max_liability",
                "minimum_premium",
                "deposit_premium",
                "deductible",
                "discretionary_limit",
            ),
            models.CheckConstraint(
                condition=Q(highest_ratio__gt=0)
                & (Q(highest_ratio__lte="0.9") | Q(product="FORFAITING", highest_ratio__lte=1)),
                name="schedule_hard_cap",
            ),
            models.CheckConstraint(
                condition=~Q(_no_ratio_above("0.9")) | (Q(product="FORFAITING") & ~Q(_no_ratio_above("1"))),
                name="schedule_ratios_hard_cap",
            ),
            models.CheckConstraint(condition=Q(max_credit_days__lte=730), name="schedule_two_years"),
            models.CheckConstraint(
                condition=Q(max_credit_days__lte=365) | ~Q(long_credit_reason=""),
                name="schedule_long_credit_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(rate_basis="FLAT") | Q(flat_rate_pct__isnull=False, flat_rate_pct__gt=0),
                name="schedule_flat_rate_given",
            ),
            models.CheckConstraint(
                condition=Q(experience_factor__gte="0.7", experience_factor__lte="1.3"), name="schedule_experience"
            ),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="product_of_policy", operation=pgtrigger.Insert, when=pgtrigger.Before, func=_PRODUCT_OF_POLICY
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} v{self.version}"


class PolicySuspension(models.Model):
    """Days without cover for new shipments, because premium was unpaid; shipments made before keep their cover."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="suspensions")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    suspended_on = models.DateField()
    lifted_on = models.DateField(null=True)
    reason = models.CharField(max_length=500)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy"], condition=Q(lifted_on=None), name="suspension_one_open"),
            models.CheckConstraint(
                condition=Q(lifted_on=None) | Q(lifted_on__gte=F("suspended_on")), name="suspension_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.suspended_on}"


class LiabilityCounter(models.Model):
    """What was paid under a policy, against its maximum (POL-3). Drawn by conditional UPDATE; the CHECK is the backstop."""

    policy = models.OneToOneField(Policy, on_delete=models.PROTECT, primary_key=True, related_name="liability")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    maximum = AmountField()
    paid_total = AmountField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(paid_total__gte=0, paid_total__lte=F("maximum")), name="paid_within_max"
            ),
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
