"""Dated facts about an obligor: what the credit light rests on."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from credit_info.models.obligor import Obligor
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import User


class FactKind(models.TextChoices):
    """CI-1's reason codes, what is known without fault, and the analyst's own judgement."""

    FRAUD_CONFIRMED = "fraud_confirmed", _("Fraud confirmed")
    FRAUD_SUSPECTED_MAJOR = "fraud_suspected_major", _("Serious suspicion of fraud")
    SERIOUS_DEFAULT_RECORD = "serious_default_record", _("Serious record of dishonesty")
    BANKRUPT = "bankrupt", _("Bankrupt")
    CLOSED = "closed", _("Closed")
    DEFAULT_RECORD = "default_record", _("Past dishonesty")
    OPERATING_PROBLEM = "operating_problem", _("Operating problems")
    DISCLOSURE_INCOMPLETE = "disclosure_incomplete", _("Incomplete disclosure")
    IN_ORDER = "in_order", _("Looked at, nothing against it")
    JUDGED_RED = "judged_red", _("Analyst's judgement: red")
    JUDGED_YELLOW = "judged_yellow", _("Analyst's judgement: yellow")
    JUDGED_GREEN = "judged_green", _("Analyst's judgement: green")


class FactQuerySet(models.QuerySet["Fact"]):
    def visible_to(self, actor: Actor) -> Self:
        """What comes from a bought report is for the insurer's staff (LIM-4); the rest for everybody signed in."""
        if actor.is_insurer:
            return self.all()
        return self.filter(is_internal=False) if actor.is_signed_in else self.none()

    def standing(self) -> Self:
        """Facts that no day has ended."""
        return self.filter(ends_on=None)


class Fact(models.Model):
    """Something known of an obligor from a day on, with its source. It ends when it is cured; it is never deleted."""

    obligor = models.ForeignKey(Obligor, on_delete=models.PROTECT, related_name="facts")
    kind = models.CharField(max_length=25, choices=FactKind.choices)
    on = models.DateField()
    ends_on = models.DateField(null=True)
    text = models.CharField(max_length=500)
    source = models.CharField(max_length=120)
    is_internal = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = FactQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("on")), name="fact_ends_after_it_began"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="fact_has_a_source"),
        ]
        indexes = [models.Index(fields=["obligor"], condition=Q(ends_on=None), name="fact_standing")]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"
