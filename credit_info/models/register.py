"""What the register knows of an obligor beside its name: identifiers, other names, likely doubles, files taken in."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from credit_info.models.obligor import Obligor
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import User
from sinosure.core.states import TonedChoices
from sinosure.reference.models import Country


class IdentifierKind(models.TextChoices):
    """Who gave the number."""

    REGISTER = "REGISTER", _("Registration number")
    TAX = "TAX", _("Tax number")
    LEI = "LEI", _("Legal entity identifier (LEI)")
    DUNS = "DUNS", _("D-U-N-S number")


WORLDWIDE = (IdentifierKind.LEI, IdentifierKind.DUNS)


class Identifier(models.Model):
    """A number that stands for one company: `key` is without blanks and punctuation. LEI and D-U-N-S hold worldwide."""

    obligor = models.ForeignKey(Obligor, on_delete=models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=8, choices=IdentifierKind.choices)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40)
    key = models.CharField(max_length=40)
    source = models.CharField(max_length=120, blank=True)
    known_on = models.DateField(null=True)

    class Meta:
        ordering = ["kind", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "country", "kind"], condition=~Q(kind__in=WORLDWIDE), name="identifier_once_per_country"
            ),
            models.UniqueConstraint(fields=["key", "kind"], condition=Q(kind__in=WORLDWIDE), name="identifier_once_worldwide"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


class AliasKind(models.TextChoices):
    FORMER = "FORMER", _("Former name")
    TRADE = "TRADE", _("Trade name")
    LOCAL = "LOCAL", _("Name in another script")
    SHORT = "SHORT", _("Short name")


class Alias(models.Model):
    """Another name of the same company, by which it is found too."""

    obligor = models.ForeignKey(Obligor, on_delete=models.CASCADE, related_name="aliases")
    kind = models.CharField(max_length=6, choices=AliasKind.choices)
    name = models.CharField(max_length=200)
    until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [models.UniqueConstraint(fields=["obligor", "name"], name="alias_once")]

    def __str__(self) -> str:
        return self.name


class MergeState(TonedChoices):
    OPEN = "OPEN", "amber", _("To be judged")
    MERGED = "MERGED", "green", _("One company")
    APART = "APART", "grey", _("Two companies")


class MergeQuerySet(models.QuerySet["MergeSuggestion"]):
    def visible_to(self, actor: Actor) -> Self:
        """The insurer's staff judge them."""
        return self.all() if actor.is_insurer else self.none()


class MergeSuggestion(models.Model):
    """Two rows that may be one company. `kept` is the older one."""

    kept = models.ForeignKey(Obligor, on_delete=models.CASCADE, related_name="+")
    double = models.ForeignKey(Obligor, on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=12)
    likeness = models.DecimalField(max_digits=4, decimal_places=3)
    state = models.CharField(max_length=6, choices=MergeState.choices, default=MergeState.OPEN)
    found_at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True)
    judged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = MergeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kept", "double"], name="merge_suggested_once"),
            models.CheckConstraint(condition=Q(kept__lt=F("double")), name="merge_keeps_the_older"),
        ]
        indexes = [models.Index(fields=["-likeness", "-id"], condition=Q(state="OPEN"), name="merge_open")]

    def __str__(self) -> str:
        return f"{self.kept_id} {self.double_id}"


class ImportQuerySet(models.QuerySet["RegisterImport"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.all() if actor.is_insurer else self.none()


class RegisterImport(models.Model):
    """A file of companies that was taken in, with what became of its rows."""

    file_name = models.CharField(max_length=200)
    source = models.CharField(max_length=120)
    known_on = models.DateField()
    rows = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    doubles = models.PositiveIntegerField(default=0)
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ImportQuerySet.as_manager()

    def __str__(self) -> str:
        return self.file_name


REASONS = {
    "name_missing": _("The name is missing."),
    "bad_country": _("The country is not known here."),
    "buyer_in_prc": _("The company is in mainland China."),
    "bad_bic": _("This is not a BIC."),
    "own_parent": _("A company cannot be its own parent."),
    "parent_loop": _("Over several steps the company would be its own parent."),
    "bad_section": _("The industry is a section of the HS, 1 to 21."),
    "duplicate_in_file": _("The same number stands in an earlier row of this file."),
    "control_characters": _("There are invisible control characters in it."),
    "too_long": _("It is too long."),
}


class RegisterFault(models.Model):
    """A row that was not taken in, and why."""

    batch = models.ForeignKey(RegisterImport, on_delete=models.CASCADE, related_name="faults")
    row_no = models.PositiveIntegerField()
    code = models.CharField(max_length=30)
    value = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["row_no", "id"]

    def __str__(self) -> str:
        return f"{self.row_no} {self.code}"

    @property
    def reason(self) -> str:
        return str(REASONS.get(self.code, self.code))
