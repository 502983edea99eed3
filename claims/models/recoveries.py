"""The pursuit of the debtor after payment, instalments, and money recovered (Rulebook §7)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from claims.models.cases import Claim
from credit_info.models import Obligor
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.fields import AmountField, amount_check
from sinosure.core.states import TonedChoices


class RecoveryState(TonedChoices):
    """REC-7."""

    OPEN = "OPEN", "blue", _("Open")
    CHANNEL_ASSIGNED = "CHANNEL_ASSIGNED", "blue", _("Channel assigned")
    NEGOTIATION = "NEGOTIATION", "blue", _("Negotiation")
    INSTALMENT_PLAN = "INSTALMENT_PLAN", "blue", _("Instalment plan")
    LITIGATION = "LITIGATION", "amber", _("Litigation")
    LIQUIDATION = "LIQUIDATION", "amber", _("Liquidation")
    PARTIAL = "PARTIAL", "blue", _("Partly recovered")
    FULL = "FULL", "green", _("Fully recovered")
    WRITTEN_OFF = "WRITTEN_OFF", "red", _("Written off")
    CLOSED = "CLOSED", "grey", _("Closed")


class RecoveryMode(models.TextChoices):
    """REC-3."""

    PRO_RATA = "PRO_RATA", _("Pro rata")
    INSURER_FIRST = "INSURER_FIRST", _("Insurer first")
    INSURED_FIRST = "INSURED_FIRST", _("Insured first")


class RecoveryCase(models.Model):
    """The pursuit of one debtor after payment."""

    number = models.CharField(max_length=30, unique=True)
    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="recovery")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    obligor = models.ForeignKey(Obligor, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=17, choices=RecoveryState.choices, default=RecoveryState.OPEN)
    mode = models.CharField(max_length=13, choices=RecoveryMode.choices, default=RecoveryMode.PRO_RATA)
    currency = models.CharField(max_length=3)
    debt = AmountField()
    indemnity_paid = AmountField()
    bank = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")  # REC-4
    bank_outstanding = AmountField(default=0)
    channel = models.CharField(max_length=120, blank=True)
    remark = models.CharField(max_length=500, blank=True)
    officer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [amount_check("recovery_amounts", "debt", "indemnity_paid", "bank_outstanding")]

    def __str__(self) -> str:
        return self.number


class Instalment(models.Model):
    """One date of an instalment plan agreed with the debtor."""

    case = models.ForeignKey(RecoveryCase, on_delete=models.PROTECT, related_name="instalments")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    amount = AmountField()
    currency = models.CharField(max_length=3)
    paid_on = models.DateField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "due_on"], name="instalment_once_a_day"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="instalment_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.due_on}"


class RecoveryReceiptState(TonedChoices):
    RECORDED = "RECORDED", "blue", _("Recorded")
    SPLIT = "SPLIT", "blue", _("Split and posted")
    REMITTED = "REMITTED", "green", _("Remitted")


class RecoveryReceipt(models.Model):
    """Money recovered with its cost, and how it was split (§7). The shares add up to the net."""

    case = models.ForeignKey(RecoveryCase, on_delete=models.PROTECT, related_name="receipts")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    received_on = models.DateField()
    received_by_insured = models.BooleanField(default=False)
    reference = models.CharField(max_length=60)
    gross = AmountField()
    cost = AmountField(default=0)
    net = AmountField(default=0)
    insurer_share = AmountField(default=0)
    insured_share = AmountField(default=0)
    to_bank = AmountField(default=0)
    currency = models.CharField(max_length=3)
    working = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=RecoveryReceiptState.choices, default=RecoveryReceiptState.RECORDED)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    split_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    split_at = models.DateTimeField(null=True)
    remitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    remitted_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            amount_check(
                "recovery_receipt_amounts", "gross", "cost", "net", "insurer_share", "insured_share", "to_bank"
            ),
            models.CheckConstraint(
                condition=Q(state="RECORDED") | Q(net=F("insurer_share") + F("insured_share")), name="split_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(split_by=None) | ~Q(split_by=F("recorded_by")), name="recovery_maker_is_not_checker"
            ),
            models.CheckConstraint(condition=Q(to_bank__lte=F("insured_share")), name="bank_part_within_insured_share"),
            models.UniqueConstraint(fields=["case", "reference"], name="recovery_receipt_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.gross}"
