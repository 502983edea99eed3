"""定向授权: which indicators an exporter lets a bank read, until when, and every reading (FIN-4)."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from financing.models.agreements import Agreement, BankScoped
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import of_bank
from sinosure.core.append_only import append_only
from sinosure.core.states import TonedChoices


class Indicator(models.TextChoices):
    SCALE = "SCALE", _("Insured amount")
    COUNTRIES = "COUNTRIES", _("Spread over countries")
    BUYERS = "BUYERS", _("Spread over buyers")


class Grant(TonedChoices):
    """Derived from the day and the revocation, never stored."""

    COMING = "COMING", "grey", _("Not yet valid")
    VALID = "VALID", "green", _("Valid")
    OVER = "OVER", "grey", _("Over")
    REVOKED = "REVOKED", "red", _("Revoked")


class OfExporter(BankScoped):
    """What an exporter gave to a bank; a branch sees it where it has an agreement with that exporter."""

    def bank_scope(self, actor: Actor) -> Q:
        given = Q(bank=actor.organisation_id)
        if actor.branch_id is None:
            return given
        agreed = Agreement.objects.filter(of_bank(actor), policyholder=OuterRef("policyholder"))
        return given & Q(Exists(agreed))


class Authorisation(models.Model):
    """Valid from `valid_from` to `valid_until`, both included, unless revoked before. Only the revocation is ever written."""

    number = models.CharField(max_length=30, unique=True)
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    bank = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    indicators = ArrayField(models.CharField(max_length=10, choices=Indicator.choices))
    valid_from = models.DateField()
    valid_until = models.DateField()
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = OfExporter.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="authorisation_days"),
            models.CheckConstraint(condition=~Q(indicators=[]), name="authorisation_names_indicators"),
            models.UniqueConstraint(
                fields=["policyholder", "bank"], condition=Q(revoked_at=None), name="authorisation_once"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def standing(self, today: date) -> Grant:
        if self.revoked_at is not None:
            return Grant.REVOKED
        if today < self.valid_from:
            return Grant.COMING
        return Grant.VALID if today <= self.valid_until else Grant.OVER


class Reading(models.Model):
    """What a bank read, as it was shown. The exporter sees every one."""

    authorisation = models.ForeignKey(Authorisation, on_delete=models.PROTECT, related_name="readings")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    bank = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    read_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField()
    shown = models.JSONField()

    objects = OfExporter.as_manager()

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.authorisation_id} {self.read_at}"
