"""The months of a policy, premium notices and what was paid on them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from policies.models import Policy
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.append_only import append_only
from sinosure.core.fields import AmountField, amount_check
from sinosure.core.states import TonedChoices


class DeclarationPeriod(models.Model):
    """One month of one policy: open, closed with declarations, or closed as nil."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="periods")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()  # first day
    is_nil = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)
    closed_by_id = models.BigIntegerField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "month"], name="period_once_per_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="period_starts_on_the_first"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class NoticeState(TonedChoices):
    ISSUED = "ISSUED", "amber", _("Issued")
    PART_PAID = "PART_PAID", "amber", _("Part paid")
    PAID = "PAID", "green", _("Paid")
    CANCELLED = "CANCELLED", "grey", _("Cancelled")


class PremiumKind(models.TextChoices):
    DEPOSIT = "DEPOSIT", _("Deposit premium")
    MONTHLY = "MONTHLY", _("Premium on declarations")
    ANNUAL = "ANNUAL", _("Premium for the year")
    ADJUST = "ADJUST", _("Additional premium at year end")
    PRESHIP = "PRESHIP", _("Premium before shipment")


class PremiumNotice(models.Model):
    """《保费通知书》: gross premium, less what is set off against the deposit and what a subsidy pays."""

    number = models.CharField(max_length=30, unique=True)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="premium_notices")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=PremiumKind.choices)
    month = models.DateField(null=True)
    currency = models.CharField(max_length=3)
    gross = AmountField()
    set_off = AmountField(default=0)
    subsidy = AmountField(default=0)  # of the authority that supports a pooled platform (PLT-3)
    payable = AmountField()
    paid = AmountField(default=0)
    state = models.CharField(max_length=10, choices=NoticeState.choices, default=NoticeState.ISSUED)
    issued_on = models.DateField()
    due_on = models.DateField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            amount_check("premium_notice_amounts", "gross", "set_off", "subsidy", "payable", "paid"),
            models.CheckConstraint(
                condition=Q(payable=F("gross") - F("set_off") - F("subsidy")), name="premium_notice_ties"
            ),
            models.CheckConstraint(condition=Q(paid__lte=F("payable")), name="premium_not_overpaid"),
            models.UniqueConstraint(
                fields=["policy", "month"],
                condition=Q(kind="MONTHLY") & ~Q(state="CANCELLED"),
                name="one_notice_a_month",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PremiumPayment(models.Model):
    """Premium received, booked by finance against one notice."""

    notice = models.ForeignKey(PremiumNotice, on_delete=models.PROTECT, related_name="payments")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    amount = AmountField()
    currency = models.CharField(max_length=3)
    received_on = models.DateField()
    reference = models.CharField(max_length=60)
    booked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    booked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "reference"], name="premium_payment_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="premium_payment_positive"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.notice_id} {self.amount}"
