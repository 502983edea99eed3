"""Limits: versions that only grow, stops, and the book of what is drawn."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from credit_info.models import Obligor
from limits.guards import VERSION_ONLY_ENDS
from limits.models.applications import LimitApplication, PaymentTerm, TermGroup
from policies.models import Policy, assigned_rows
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.append_only import append_only
from sinosure.core.fields import AmountField, RatioField, amount_check


class LimitQuerySet(ScopedQuerySet):
    """A bank sees the limits of the policies that are assigned to it."""

    def bank_scope(self, actor: Actor) -> Q:
        return assigned_rows(actor, country="obligor__country_id", obligor="obligor_id")


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
        return assigned_rows(actor, "limit__policy", country="limit__obligor__country_id", obligor="limit__obligor_id")


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
    pre_shipment = models.BooleanField(default=False)
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
