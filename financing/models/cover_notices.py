"""《短期出口信用保险承保情况通知书》: what the insurer told a bank of one shipment, version by version (FIN-2)."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from declarations.models import Shipment
from financing.models.agreements import Agreement, OfAgreement
from sinosure.accounts.models import Organisation
from sinosure.core.append_only import append_only
from sinosure.core.fields import AmountField, amount_check
from sinosure.core.states import TonedChoices


class CoverState(TonedChoices):
    VALID = "VALID", "green", _("Cover stands")
    REVOKED = "REVOKED", "red", _("Revoked")


class Cause(models.TextChoices):
    """What made the insurer write."""

    DECLARED = "DECLARED", _("Declared with financing wanted")
    ASKED = "ASKED", _("Asked for")
    LIMIT = "LIMIT", _("The limit changed")
    LOSS_NOTICE = "LOSS_NOTICE", _("A loss notice was filed")
    MONEY = "MONEY", _("The buyer's money came in or went back")
    SHIPMENT = "SHIPMENT", _("The declaration was taken back")
    PREMIUM = "PREMIUM", _("Premium was paid")
    PREMIUM_VOID = "PREMIUM_VOID", _("An overdue premium notice was cancelled")
    PREMIUM_DUE = "PREMIUM_DUE", _("Premium fell overdue")
    SUSPENSION = "SUSPENSION", _("Cover was suspended, or the suspension lifted")
    AGREEMENT = "AGREEMENT", _("The assignment was amended or ended")


class CoverNoticeQuerySet(OfAgreement):
    def latest(self) -> CoverNoticeQuerySet:
        """The standing word on each shipment for each bank."""
        newer = CoverNotice.objects.filter(
            shipment=OuterRef("shipment"), bank=OuterRef("bank"), version__gt=OuterRef("version")
        )
        return self.filter(~Exists(newer))


class CoverNotice(models.Model):
    """One version. Rows never change: later events add a version. Amounts: `covered` in policy currency, `open_amount` in
    that of the invoice, as they stood at `issued_at`. `reasons` are codes of FIN-5, empty while cover stands.
    """

    number = models.CharField(max_length=30, unique=True)
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="cover_notices")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="cover_notices")
    bank = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=CoverState.choices)
    cause = models.CharField(max_length=12, choices=Cause.choices)
    reasons = models.JSONField(default=list)
    covered = AmountField()
    limit_amount = AmountField()
    open_amount = AmountField()
    issued_at = models.DateTimeField()

    objects = CoverNoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shipment", "bank", "version"], name="cover_notice_version"),
            amount_check("cover_notice_amounts", "covered", "limit_amount", "open_amount"),
            models.CheckConstraint(
                condition=models.Q(state="VALID", reasons=[]) | (models.Q(state="REVOKED") & ~models.Q(reasons=[])),
                name="cover_notice_revoked_says_why",
            ),
        ]
        indexes = [models.Index(fields=["bank", "-id"], name="cover_notice_by_bank")]
        triggers = append_only()

    def __str__(self) -> str:
        return self.number
