"""The insurer's own ceilings on one obligor and one country (LIM-14)."""

from __future__ import annotations

from django.db import models

from credit_info.models import Obligor
from sinosure.core.fields import AmountField, amount_check
from sinosure.reference.models import Country


class BuyerCap(models.Model):
    """The insurer's own ceiling on one obligor over all policies (LIM-14), USD."""

    obligor = models.OneToOneField(Obligor, on_delete=models.PROTECT, primary_key=True, related_name="cap")
    amount = AmountField()
    granted = AmountField(default=0)

    class Meta:
        constraints = [amount_check("buyer_cap_sane", "amount", "granted")]

    def __str__(self) -> str:
        return f"{self.obligor_id} {self.amount}"


class CountryCap(models.Model):
    """The insurer's own ceiling on one country over all policies (LIM-14), USD."""

    country = models.OneToOneField(Country, on_delete=models.PROTECT, primary_key=True, related_name="cap")
    amount = AmountField()
    granted = AmountField(default=0)

    class Meta:
        constraints = [amount_check("country_cap_sane", "amount", "granted")]

    def __str__(self) -> str:
        return f"{self.country_id} {self.amount}"
