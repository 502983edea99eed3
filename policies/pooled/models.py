"""The platform with its sponsors and plan, the lists as uploaded, the members, and the runs that issue their policies."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, gettext_noop

from policies.models.micro import MicroTier
from policies.models.policy import Policy
from policies.models.products import Product, ProductWording
from policies.pooled.states import (
    HOLDING_A_PLACE,
    UNFINISHED,
    ListState,
    MemberState,
    PlatformState,
    RunState,
    SponsorPart,
    SubsidyMode,
)
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.roles import Kind
from sinosure.core.append_only import append_only
from sinosure.core.fields import LARGEST_AMOUNT, AmountField, RateField, RatioField, amount_check
from sinosure.reference.models import Office, TwoNames

# by code, why a published member gets no policy
REFUSALS = {"insured_already": gettext_noop("Insured on its own since the list was confirmed.")}


class PlatformQuerySet(models.QuerySet[Any]):
    """The insurer's staff see all of it, a sponsor what belongs to its own platforms once they are open."""

    path = "pk"

    def visible_to(self, actor: Actor) -> Self:
        if actor.is_insurer:
            return self.all()
        if actor.kind != Kind.SPONSOR:
            return self.none()
        own = PlatformSponsor.objects.filter(organisation_id=actor.organisation_id or 0).exclude(
            platform__state="DRAFT"
        )
        return self.filter(**{f"{self.path}__in": own.values("platform_id")})


class UnderPlatformQuerySet(PlatformQuerySet):
    path = "platform"


class PooledPlatform(TwoNames):
    """One region's platform for one year (PLT-1): who sponsors it, who insures, and until when its policies run."""

    number = models.CharField(max_length=30, unique=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    product = models.CharField(max_length=15, choices=Product.choices, default=Product.MICRO)
    wording = models.ForeignKey(ProductWording, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=10, choices=PlatformState.choices, default=PlatformState.DRAFT)
    eligible_firms = (
        models.PositiveIntegerField()
    )  # exporters of the region within the threshold, as the sponsor counts
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = PlatformQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(product__in=["MICRO", "SME"]), name="pooled_product"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="pooled_period"),
            models.CheckConstraint(condition=Q(eligible_firms__gt=0), name="pooled_eligible_positive"),
        ]


class PlatformSponsor(models.Model):
    """An authority that sponsors a platform, with its part in it."""

    platform = models.ForeignKey(PooledPlatform, on_delete=models.PROTECT, related_name="sponsors")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=10, choices=SponsorPart.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["platform", "part"], name="pooled_one_sponsor_a_part")]

    def __str__(self) -> str:
        return f"{self.platform_id} {self.part}"


class PooledPlan(models.Model):
    """The terms that are the same for all members (PLT-2, PLT-3). A change before the opening is a new version."""

    platform = models.ForeignKey(PooledPlatform, on_delete=models.PROTECT, related_name="plans")
    version = models.PositiveSmallIntegerField()
    product = models.CharField(max_length=15, choices=Product.choices)
    currency = models.CharField(max_length=3, default="USD")
    max_exports = AmountField()  # of the year before, USD
    tier = models.ForeignKey(MicroTier, on_delete=models.PROTECT, null=True, related_name="+")
    flat_rate_pct = RateField(null=True)
    minimum_premium = AmountField(default=0)
    max_liability = AmountField()
    subsidy_mode = models.CharField(max_length=20, choices=SubsidyMode.choices)
    subsidy_ratio = RatioField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["platform", "version"], name="pooled_plan_version_once"),
            amount_check("pooled_plan_amounts", "max_exports", "minimum_premium", "max_liability"),
            models.CheckConstraint(
                condition=Q(product="MICRO", tier__isnull=False, flat_rate_pct=None)
                | Q(product="SME", tier=None, flat_rate_pct__gt=0),
                name="pooled_plan_of_product",
            ),
            models.CheckConstraint(
                condition=Q(subsidy_mode="GOVERNMENT_PAYS", subsidy_ratio=1)
                | Q(subsidy_mode="PERCENT", subsidy_ratio__gt=0, subsidy_ratio__lt=1)
                | Q(subsidy_mode="PAY_THEN_REIMBURSE", subsidy_ratio__gt=0, subsidy_ratio__lte=1),
                name="pooled_plan_subsidy",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.platform_id} v{self.version}"


class MemberList(models.Model):
    """A file of exporters as the commerce authority handed it in; what it says is in `rows`."""

    platform = models.ForeignKey(PooledPlatform, on_delete=models.PROTECT, related_name="lists")
    number = models.CharField(max_length=30, unique=True)
    state = models.CharField(max_length=10, choices=ListState.choices, default=ListState.READY)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=12, blank=True)
    rows_total = models.PositiveIntegerField()
    rows_good = models.PositiveIntegerField()
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    subsidy_confirmed_at = models.DateTimeField(null=True)
    subsidy_confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = UnderPlatformQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "sha256"], condition=~Q(state="DISCARDED"), name="pooled_list_received_once"
            ),
            models.CheckConstraint(condition=Q(rows_good__lte=F("rows_total")), name="pooled_list_counts"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def rows_bad(self) -> int:
        return self.rows_total - self.rows_good


class ListRow(models.Model):
    """One row as read, with the first thing that is wrong in it: a code, and the sentence as msgid with its values."""

    list = models.ForeignKey(MemberList, on_delete=models.PROTECT, related_name="rows")
    row_no = models.PositiveIntegerField()
    raw = models.JSONField(default=dict)
    uscc = models.CharField(max_length=18, blank=True)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=60, blank=True)
    exports_last_year = AmountField(null=True)
    code = models.CharField(max_length=40, blank=True)
    field = models.CharField(max_length=40, blank=True)
    message = models.TextField(blank=True)
    params = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "row_no"], name="pooled_row_once")]

    def __str__(self) -> str:
        return f"{self.list_id}:{self.row_no}"

    @property
    def reason(self) -> str:
        """In the language that is active now."""
        return gettext(self.message) % self.params if self.message else ""


class SubsidyReceipt(models.Model):
    """Money of the finance authority for the members whose subsidy it confirmed."""

    platform = models.ForeignKey(PooledPlatform, on_delete=models.PROTECT, related_name="receipts")
    currency = models.CharField(max_length=3)
    amount = AmountField()
    members = models.PositiveIntegerField()
    received_on = models.DateField()
    reference = models.CharField(max_length=60)
    booked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    booked_at = models.DateTimeField()

    objects = UnderPlatformQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["platform", "reference"], name="pooled_receipt_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount__lt=LARGEST_AMOUNT, members__gt=0), name="pooled_receipt_positive"
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.reference


class IssueRun(models.Model):
    """One run that issues the policies of every published member; progress is what is committed."""

    platform = models.ForeignKey(PooledPlatform, on_delete=models.PROTECT, related_name="runs")
    number = models.CharField(max_length=30, unique=True)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.QUEUED)
    total = models.PositiveIntegerField()
    issued = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    woken_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)

    objects = UnderPlatformQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["platform"], condition=Q(state__in=UNFINISHED), name="pooled_one_run_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def seen(self) -> int:
        return self.issued + self.refused

    @property
    def is_unfinished(self) -> bool:
        return self.state in UNFINISHED


class PlatformMember(TwoNames):
    """An exporter on a platform. One enterprise never holds two places on the same days (PLT-4).

    `gross` is the premium of the year, `subsidy` the government's part, `payable` what the exporter pays the insurer: the
    rest, or all of it where it is reimbursed later.
    """

    platform = models.ForeignKey(PooledPlatform, on_delete=models.PROTECT, related_name="members")
    list = models.ForeignKey(MemberList, on_delete=models.PROTECT, related_name="members")
    plan = models.ForeignKey(PooledPlan, on_delete=models.PROTECT, related_name="+")
    row_no = models.PositiveIntegerField()
    uscc = models.CharField(max_length=18)
    city = models.CharField(max_length=60)
    exports_last_year = AmountField()
    max_exports = AmountField()
    period = DateRangeField()
    currency = models.CharField(max_length=3)
    subsidy_mode = models.CharField(max_length=20, choices=SubsidyMode.choices)
    gross = AmountField()
    subsidy = AmountField()
    payable = AmountField()
    state = models.CharField(max_length=10, choices=MemberState.choices, default=MemberState.LISTED)
    reason = models.CharField(max_length=40, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    policy = models.OneToOneField(Policy, on_delete=models.PROTECT, null=True, related_name="pooled_member")
    run = models.ForeignKey(IssueRun, on_delete=models.PROTECT, null=True, related_name="members")
    subsidy_confirmed_at = models.DateTimeField(null=True)
    receipt = models.ForeignKey(SubsidyReceipt, on_delete=models.PROTECT, null=True, related_name="paid_for")

    objects = UnderPlatformQuerySet.as_manager()

    class Meta:
        constraints = [
            amount_check("pooled_member_amounts", "exports_last_year", "gross", "subsidy", "payable"),
            models.CheckConstraint(
                condition=Q(exports_last_year__gt=0, exports_last_year__lte=F("max_exports")),
                name="pooled_member_within_threshold",
            ),
            models.CheckConstraint(
                condition=Q(payable=F("gross") - F("subsidy")) & ~Q(subsidy_mode="PAY_THEN_REIMBURSE")
                | Q(payable=F("gross"), subsidy__lte=F("gross"), subsidy_mode="PAY_THEN_REIMBURSE"),
                name="pooled_member_premium_ties",
            ),
            models.CheckConstraint(
                condition=Q(state="ISSUED", policy__isnull=False, organisation__isnull=False)
                | ~Q(state="ISSUED") & Q(policy=None),
                name="pooled_member_issued_has_policy",
            ),
            ExclusionConstraint(
                name="pooled_member_no_overlap",
                expressions=[("uscc", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(state__in=HOLDING_A_PLACE),
            ),
        ]
        indexes = [
            # the run: the next members of a platform without a policy
            models.Index(fields=["platform", "id"], condition=Q(state="PUBLISHED"), name="pooled_to_issue"),
            models.Index(fields=["platform", "-id"], name="pooled_by_platform"),
            # is this exporter insured through a platform?
            models.Index(fields=["organisation"], condition=Q(policy__isnull=False), name="pooled_by_organisation"),
        ]

    @property
    def why(self) -> str:
        """Why no policy was issued, in the language that is active now."""
        return gettext(REFUSALS[self.reason]) if self.reason else ""
