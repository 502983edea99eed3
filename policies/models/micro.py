"""The tiers of the micro product, who may buy it, what was bought, and what was paid on each buyer (PRD-4, IND-12)."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.append_only import append_only
from sinosure.core.fields import AmountField, amount_check
from sinosure.reference.models import Office


class MicroTier(models.Model):
    """One preset of cover: what is paid at most on one buyer and in the year, and its price. A change is a new version."""

    code = models.CharField(max_length=4)
    version = models.CharField(max_length=20)
    currency = models.CharField(max_length=3, default="USD")
    buyer_cap = AmountField()
    annual_cap = AmountField()
    premium = AmountField()
    unshipped_premium = AmountField()  # added to the premium for the unshipped-orders add-on
    tag = models.CharField(max_length=1, default="D")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="micro_tier_once"),
            amount_check("micro_tier_amounts", "buyer_cap", "annual_cap", "premium", "unshipped_premium"),
            models.CheckConstraint(
                condition=Q(buyer_cap__gt=0, premium__gt=0, buyer_cap__lte=F("annual_cap")), name="micro_tier_caps"
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.code


class MicroThreshold(models.Model):
    """The most that an exporter of a region may export in a year to buy the micro product; else the wording's (PRD-4)."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    currency = models.CharField(max_length=3, default="USD")
    amount = AmountField()
    tag = models.CharField(max_length=1)
    source = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "valid_from"], name="micro_threshold_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="micro_threshold_positive"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.office_id} {self.amount}"


class MicroCover(models.Model):
    """What was bought with one micro policy, as it stood that day. Two covers of one exporter never overlap."""

    policy = models.OneToOneField(
        "policies.Policy", on_delete=models.PROTECT, primary_key=True, related_name="micro_cover"
    )
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    tier = models.ForeignKey(MicroTier, on_delete=models.PROTECT, related_name="+")
    period = DateRangeField()
    currency = models.CharField(max_length=3)
    buyer_cap = AmountField()
    annual_cap = AmountField()
    premium = AmountField()
    covers_unshipped = models.BooleanField(default=False)
    exports_last_year = AmountField()
    threshold = AmountField()
    declared_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    declared_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            amount_check("micro_cover_amounts", "buyer_cap", "annual_cap", "premium", "exports_last_year", "threshold"),
            models.CheckConstraint(condition=Q(buyer_cap__lte=F("annual_cap")), name="micro_buyer_cap_within_year"),
            models.CheckConstraint(
                condition=Q(exports_last_year__lte=F("threshold")), name="micro_exporter_within_threshold"
            ),
            ExclusionConstraint(
                name="micro_cover_no_overlap",
                expressions=[("policyholder", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.tier_id}"


class BuyerPayout(models.Model):
    """What was paid on one debtor under one policy, against its cap. Drawn by conditional UPDATE; the CHECK is the backstop.

    `obligor_id` names a row of the register of obligors, which stands on the same rung as policies.
    """

    policy = models.ForeignKey("policies.Policy", on_delete=models.PROTECT, related_name="buyer_payouts")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    obligor_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    cap = AmountField()
    paid_total = AmountField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "obligor_id"], name="buyer_payout_once"),
            models.CheckConstraint(
                condition=Q(paid_total__gte=0, paid_total__lte=F("cap")), name="buyer_paid_within_cap"
            ),
            amount_check("buyer_payout_sane", "cap"),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.obligor_id} {self.paid_total} / {self.cap}"
