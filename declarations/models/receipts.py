"""Money from buyers and the receivables it went to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from credit_info.models import Obligor
from declarations.models.shipments import Shipment
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.append_only import append_only
from sinosure.core.fields import AmountField, amount_check


class Receipt(models.Model):
    """Money from a buyer (收汇). Allocated to receivables by rule §6.4; the allocation rows are the record."""

    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    obligor = models.ForeignKey(Obligor, on_delete=models.PROTECT, related_name="receipts")
    amount = AmountField()
    currency = models.CharField(max_length=3)
    received_on = models.DateField()
    reference = models.CharField(max_length=60)
    is_reversal = models.BooleanField(default=False)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    unallocated = AmountField(default=0)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policyholder", "obligor", "reference"], name="receipt_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="receipt_positive"),
            amount_check("receipt_unallocated", "unallocated"),
        ]
        indexes = [models.Index(fields=["policyholder", "-received_on", "-id"], name="receipt_list")]

    def __str__(self) -> str:
        return f"{self.reference} {self.amount}"


class ReceiptAllocation(models.Model):
    """How much of a receipt went to which receivable, and by which rule."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="allocations")
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="allocations")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    amount = AmountField()
    rule = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["receipt", "shipment"], name="allocation_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.shipment_id} {self.amount}"
