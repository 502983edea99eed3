"""The register of obligors: buyers and banks abroad who owe the money. Reference data, no tenant owns them."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sinosure.accounts.actor import Actor
from sinosure.core.states import TonedChoices
from sinosure.reference.models import Country


class ObligorKind(models.TextChoices):
    BUYER = "BUYER", _("Buyer")
    BANK = "BANK", _("Issuing bank")


class Light(TonedChoices):
    """Credit light (CI-1). An unknown company is never green."""

    GREEN = "GREEN", "green", _("Green: normal trading")
    YELLOW = "YELLOW", "amber", _("Yellow: trade with care")
    RED = "RED", "red", _("Red: think twice")
    UNKNOWN = "UNKNOWN", "grey", _("No information")


class Standing(TonedChoices):
    """Whether the company still exists, by its own register."""

    ACTIVE = "ACTIVE", "green", _("In business")
    DORMANT = "DORMANT", "amber", _("Dormant")
    INSOLVENT = "INSOLVENT", "red", _("In insolvency")
    CLOSED = "CLOSED", "red", _("Struck off or closed")


class ObligorQuerySet(models.QuerySet["Obligor"]):
    def visible_to(self, actor: Actor) -> Self:
        """The register is open to everybody who is signed in."""
        return self.all() if actor.is_signed_in or actor.is_system else self.none()


class Obligor(models.Model):
    """A buyer or an issuing bank, known by its code; names are never matched."""

    kind = models.CharField(max_length=5, choices=ObligorKind.choices, default=ObligorKind.BUYER)
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    local_name = models.CharField(max_length=200, blank=True)
    country = models.ForeignKey(Country, on_delete=models.PROTECT)
    city = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=300, blank=True)
    registration_no = models.CharField(max_length=40, blank=True)
    bic = models.CharField(max_length=11, blank=True)
    industry = models.CharField(max_length=80, blank=True)
    group_name = models.CharField(max_length=120, blank=True)
    section = models.PositiveSmallIntegerField(null=True, blank=True)  # HS section 1–21, see reference.industries
    standing = models.CharField(max_length=9, choices=Standing.choices, default=Standing.ACTIVE)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="subsidiaries")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    source = models.CharField(max_length=120, blank=True)
    known_on = models.DateField(null=True, blank=True)  # the day the source speaks of
    light = models.CharField(max_length=8, choices=Light.choices, default=Light.UNKNOWN)
    light_reasons = models.JSONField(default=list)
    light_as_of = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ObligorQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(kind="BANK", bic=""), name="obligor_bank_has_bic"),
            models.UniqueConstraint(fields=["bic"], condition=~Q(bic=""), name="obligor_bic_once"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="obligor_not_its_own_parent"),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="obligor_not_merged_into_itself"),
            models.CheckConstraint(
                condition=Q(section=None) | Q(section__range=(1, 21)), name="obligor_section_1_to_21"
            ),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="obligor_by_name"),
            # search, and hints at duplicates
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="obligor_name_trigrams"),
            GinIndex(fields=["local_name"], opclasses=["gin_trgm_ops"], name="obligor_local_name_trigrams"),
        ]

    def __str__(self) -> str:
        return self.name
