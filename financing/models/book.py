"""The book of financing: one line a fact, append-only, chained by hash for each bank (Rulebook §8.4)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from declarations.models import Shipment
from financing.models.agreements import OfLoan
from financing.models.loans import Loan
from sinosure.accounts.models import Organisation
from sinosure.core.append_only import append_only
from sinosure.core.fields import AmountField
from sinosure.core.states import TonedChoices


class Fact(TonedChoices):
    CHECKED = "CHECKED", "grey", _("Check passed")
    DUPLICATE_REFUSED = "DUPLICATE_REFUSED", "red", _("Duplicate refused")
    RESERVED = "RESERVED", "amber", _("Amount reserved")
    RELEASED = "RELEASED", "grey", _("Reservation released")
    DRAWN = "DRAWN", "blue", _("Amount drawn")
    REPAID = "REPAID", "green", _("Repayment booked")
    INTEREST = "INTEREST", "green", _("Interest booked")
    HOLD_FREED = "HOLD_FREED", "grey", _("Invoice free again")


class FinancingEntry(models.Model):
    """One fact of one bank. `amount` is in `currency`, that of the invoice; `key_hash` names the invoice (K1).

    The actor is kept as plain id and name. Nothing here tells of another bank, not even in a refusal.
    """

    at = models.DateTimeField()
    fact = models.CharField(max_length=20, choices=Fact.choices)
    bank = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="+", db_index=False)
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, null=True, related_name="+")
    key_hash = models.CharField(max_length=64)
    amount = AmountField()
    currency = models.CharField(max_length=3)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)

    objects = OfLoan.as_manager()

    class Meta:
        indexes = [models.Index(fields=["bank", "-id"], name="financing_book_by_bank")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.fact} {self.shipment_id}"


class FinancingSeal(models.Model):
    """The link of one entry in the chain of its bank: hash = SHA-256(prev_hash + canonical entry)."""

    entry = models.OneToOneField(FinancingEntry, on_delete=models.PROTECT, primary_key=True, related_name="seal")
    bank = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.BigIntegerField()
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bank", "position"], name="financing_seal_position"),
            models.UniqueConstraint(fields=["bank", "prev_hash"], name="financing_seal_follows_once"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.position} {self.hash[:12]}"
