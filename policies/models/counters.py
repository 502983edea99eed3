"""What was paid against the maximum."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from sinosure.accounts.models import Organisation
from sinosure.core.fields import AmountField, amount_check


class LiabilityCounter(models.Model):
    """What was paid under a policy, against its maximum (POL-3). Drawn by conditional UPDATE; the CHECK is the backstop."""

    policy = models.OneToOneField(
        "policies.Policy", on_delete=models.PROTECT, primary_key=True, related_name="liability"
    )
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    maximum = AmountField()
    paid_total = AmountField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(paid_total__gte=0, paid_total__lte=F("maximum")), name="paid_within_max"
            ),
            amount_check("liability_sane", "maximum"),
        ]

    def __str__(self) -> str:
        return f"{self.paid_total} / {self.maximum}"
