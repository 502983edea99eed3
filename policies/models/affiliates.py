"""The companies that a policy insures beside its holder (PRD-3)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sinosure.accounts.models import Organisation
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.append_only import append_only
from sinosure.reference.models import Country


class AffiliateRole(models.TextChoices):
    PURCHASER = "PURCHASER", _("Upstream purchasing entity")
    DISTRIBUTOR = "DISTRIBUTOR", _("Overseas distributor")


class PolicyAffiliate(models.Model):
    """One co-insured company under one policy, as a schedule names it; a change of its name is a new row.

    Which of them are insured on a day stands in the schedule of that day (`PolicySchedule.affiliates`).
    """

    policy = models.ForeignKey("policies.Policy", on_delete=models.PROTECT, related_name="affiliates")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=11, choices=AffiliateRole.choices)
    code = models.CharField(max_length=30)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "code", "country", "role", "name_zh", "name_en"], name="affiliate_named_once"
            ),
            models.CheckConstraint(condition=~Q(name_zh="") | ~Q(name_en=""), name="affiliate_has_name"),
            # at home a credit code of 18 characters; a distributor is abroad
            models.CheckConstraint(
                condition=Q(role="PURCHASER", country="CN", code__regex=r"^[0-9A-Z]{18}$")
                | (Q(role="DISTRIBUTOR") & ~Q(country="CN") & ~Q(code="")),
                name="affiliate_fits_role",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.name} · {self.code}"

    @property
    def printed(self) -> str:
        """Both names, as letters show them."""
        return f"{self.name_zh} {self.name_en}".strip()

    @property
    def name(self) -> str:
        chinese = (get_language() or "zh").startswith("zh")
        return (self.name_zh or self.name_en) if chinese else (self.name_en or self.name_zh)
