"""The five products and the versions of their wordings."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from policies.wording import Terms
from sinosure.core.append_only import append_only


class Product(models.TextChoices):
    """The handbook's five products; the letters are the prefix of the policy number."""

    COMPREHENSIVE = "COMPREHENSIVE", _("Comprehensive insurance")
    SME = "SME", _("SME comprehensive insurance")
    MICRO = "MICRO", _("Micro exporter cover")
    BANK = "BANK", _("Bank policy")
    FORFAITING = "FORFAITING", _("Forfaiting policy")


class ProductWording(models.Model):
    """One version of a product's conditions (Rulebook §1.1). `terms` holds each value with its tag and source key."""

    product = models.CharField(max_length=15, choices=Product.choices)
    version = models.CharField(max_length=20)
    valid_from = models.DateField()
    terms = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "version"], name="wording_once_per_version")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.product} {self.version}"

    @property
    def named(self) -> Terms:
        """The terms, to be read by name."""
        return Terms(self.terms, self.product)
