"""The schedule (保险单明细表): one row per version, never changed."""

from __future__ import annotations

from decimal import Decimal

import pgtrigger
from django.db import models
from django.db.models import BooleanField, DateField, F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from policies.models.affiliates import PolicyAffiliate
from policies.models.products import Product
from sinosure.accounts.models import Organisation, User
from sinosure.core.append_only import append_only
from sinosure.core.fields import LARGEST_AMOUNT, AmountField, RateField, RatioField, amount_check
from sinosure.reference.models import Country


# A percentage above the hard cap of the product is refused whoever writes it (AMB-2).
def _no_ratio_above(cap: str) -> Func:
    path = Value(f"$.* ? (@.double() > {cap})")
    return Func(F("insured_ratios"), path, function="jsonb_path_exists", output_field=BooleanField())


def _business_day(column: str) -> Func:
    template = "(%(expressions)s AT TIME ZONE 'Asia/Shanghai')::date"
    return Func(F(column), template=template, output_field=DateField())


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

    policy = models.ForeignKey("policies.Policy", on_delete=models.PROTECT, related_name="schedules")
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
    estimated_turnover = AmountField(null=True)  # where premium is paid for the year on it
    deductible = AmountField(default=0)
    discretionary_limit = AmountField(default=0)
    declaration_mode = models.CharField(max_length=12, choices=DeclarationMode.choices, default="MONTHLY_25")
    max_credit_days = models.PositiveSmallIntegerField(default=365)
    long_credit_reason = models.CharField(max_length=500, blank=True)
    scope = models.CharField(max_length=20, choices=Scope.choices, default=Scope.ALL)
    covers_services = models.BooleanField(default=False)
    excluded_countries = models.ManyToManyField(Country, blank=True, related_name="+")
    # 出口前附加险: cover before shipment, its share and its price in percent of the contract (§1.3)
    pre_shipment = models.BooleanField(default=False)
    pre_shipment_ratio = RatioField(null=True)
    pre_shipment_rate_pct = RateField(null=True)
    affiliates = models.ManyToManyField(PolicyAffiliate, blank=True, related_name="schedules")
    special_terms = models.TextField(blank=True)
    endorsement_no = models.CharField(max_length=40, blank=True)  # of the 批单 that made it; blank: quoted
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
            models.CheckConstraint(
                condition=Q(pre_shipment=False, pre_shipment_ratio=None, pre_shipment_rate_pct=None)
                | Q(
                    pre_shipment=True,
                    product="COMPREHENSIVE",
                    pre_shipment_ratio__gt=0,
                    pre_shipment_ratio__lte="0.9",
                    pre_shipment_rate_pct__gt=0,
                ),
                name="schedule_pre_shipment_priced",
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
            # an endorsement never reaches back: it begins on the day it is signed or later (§2.1)
            models.CheckConstraint(
                condition=Q(endorsement_no="") | Q(effective_from__gte=_business_day("created_at")),
                name="schedule_endorsed_forward",
            ),
            models.CheckConstraint(
                condition=Q(estimated_turnover=None)
                | Q(estimated_turnover__gt=0, estimated_turnover__lt=LARGEST_AMOUNT, rate_basis="FLAT"),
                name="schedule_turnover_at_one_rate",
            ),
            models.CheckConstraint(
                condition=~Q(product="SME") | Q(estimated_turnover__isnull=False), name="schedule_sme_has_turnover"
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
