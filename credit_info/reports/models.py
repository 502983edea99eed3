"""An order of a report or of advice, from the order to the delivered letter."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credit_info.models.obligor import Obligor
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.fields import AmountField, amount_check
from sinosure.core.states import TonedChoices


class Service(models.TextChoices):
    """The handbook's five services."""

    MANIFEST = "MANIFEST", _("Customs and bill-of-lading report")
    COMPANY = "COMPANY", _("Company credit report")
    SECTOR = "SECTOR", _("Industry study")
    INVESTMENT = "INVESTMENT", _("Advice on investing abroad")
    MANAGEMENT = "MANAGEMENT", _("Advice on credit risk management")


class OrderState(TonedChoices):
    ORDERED = "ORDERED", "blue", _("Ordered")
    IN_PROGRESS = "IN_PROGRESS", "amber", _("Being worked on")
    DELIVERED = "DELIVERED", "green", _("Delivered")
    CANCELLED = "CANCELLED", "grey", _("Cancelled")


class ReportOrder(models.Model):
    """`findings`: what the analyst wrote, by part; only the customer who ordered and the insurer's staff read it (LIM-4)."""

    number = models.CharField(max_length=30, unique=True)
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=10, choices=Service.choices)
    obligor = models.ForeignKey(Obligor, on_delete=models.PROTECT, null=True, related_name="report_orders")
    question = models.CharField(max_length=1000, blank=True)
    state = models.CharField(max_length=11, choices=OrderState.choices, default=OrderState.ORDERED)
    price = AmountField()
    currency = models.CharField(max_length=3, default="CNY")
    promised_on = models.DateField()
    ordered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    delivered_at = models.DateTimeField(null=True)
    valid_until = models.DateField(null=True)
    findings = models.JSONField(default=dict)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            amount_check("report_price", "price"),
            models.CheckConstraint(
                condition=Q(obligor__isnull=False) | Q(service__in=["SECTOR", "INVESTMENT", "MANAGEMENT"]),
                name="report_names_its_company",
            ),
            models.CheckConstraint(
                condition=~Q(state="DELIVERED") | Q(delivered_at__isnull=False, valid_until__isnull=False),
                name="report_delivered_has_day",
            ),
            models.UniqueConstraint(
                fields=["policyholder", "obligor", "service"],
                condition=Q(state__in=["ORDERED", "IN_PROGRESS"], obligor__isnull=False),
                name="report_ordered_once_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["policyholder", "-id"], name="report_by_policyholder"),
            models.Index(fields=["obligor", "valid_until"], condition=Q(state="DELIVERED"), name="report_on_obligor"),
            models.Index(
                fields=["promised_on", "id"], condition=Q(state__in=["ORDERED", "IN_PROGRESS"]), name="report_desk"
            ),
        ]

    def __str__(self) -> str:
        return self.number
