"""Cover on a country as it was decided, dated notes about it, and the sums that pages show by country and industry."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from credit_info.atlas.authority import COMMITTEE, Rule, Touch
from credit_info.atlas.guards import AUTHORITY_OF_DECIDER, TERMS_STAND
from credit_info.models.obligor import Light, Obligor
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.append_only import append_only
from sinosure.core.fields import AmountField, amount_check
from sinosure.core.states import TonedChoices
from sinosure.reference.models import Country, CoverStatus, in_chinese

CLASSES = [(letter, letter) for letter in "ABCDE"]


class ChangeState(TonedChoices):
    PROPOSED = "PROPOSED", "amber", _("Waits for a second person")
    APPROVED = "APPROVED", "blue", _("Approved, waits for its day")
    IN_FORCE = "IN_FORCE", "green", _("In force")
    REJECTED = "REJECTED", "red", _("Turned down")
    WITHDRAWN = "WITHDRAWN", "grey", _("Withdrawn")


class ChangeQuerySet(models.QuerySet["CoverChange"]):
    def visible_to(self, actor: Actor) -> Self:
        """The reasons are for the insurer's staff; everybody sees the outcome on the country's page."""
        return self.all() if actor.is_insurer else self.none()

    def open(self) -> Self:
        return self.filter(state__in=[ChangeState.PROPOSED, ChangeState.APPROVED])


class CoverChange(models.Model):
    """New terms for a country: class, status and cap (USD, none: no cap), proposed by one person and decided by another.

    `was_…` are the terms that it replaces. The rows in force are the history of the country.
    """

    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="cover_changes")
    risk_class = models.CharField(max_length=1, choices=CLASSES)
    cover_status = models.CharField(max_length=12, choices=CoverStatus.choices)
    cap = AmountField(null=True)
    was_risk_class = models.CharField(max_length=1)
    was_cover_status = models.CharField(max_length=12, choices=CoverStatus.choices)
    was_cap = AmountField(null=True)
    effective_on = models.DateField()
    reason = models.CharField(max_length=1000)
    state = models.CharField(max_length=9, choices=ChangeState.choices, default=ChangeState.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    comment = models.CharField(max_length=500, blank=True)
    in_force_at = models.DateTimeField(null=True)
    authority_version = models.PositiveSmallIntegerField(
        null=True
    )  # the rules of that day; NULL: from before there were any
    level_needed = models.PositiveSmallIntegerField(null=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(risk_class__in=list("ABCDE")), name="cover_change_class_a_to_e"),
            models.CheckConstraint(condition=Q(cap=None) | Q(cap__gte=0, cap__lt=10**15), name="cover_change_cap_sane"),
            models.CheckConstraint(condition=~Q(reason=""), name="cover_change_has_a_reason"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="cover_change_maker_is_not_checker"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["PROPOSED", "WITHDRAWN"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="cover_change_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="IN_FORCE") | Q(in_force_at__isnull=False), name="cover_change_in_force_has_moment"
            ),
            models.UniqueConstraint(
                fields=["country"], condition=Q(state__in=["PROPOSED", "APPROVED"]), name="one_open_change_a_country"
            ),
        ]
        indexes = [models.Index(fields=["country", "-id"], name="cover_change_by_country")]
        triggers = [
            pgtrigger.Trigger(
                name="terms_stand", operation=pgtrigger.Update | pgtrigger.Delete, when=pgtrigger.Before,
                func=TERMS_STAND,
            ),
            pgtrigger.Trigger(
                name="authority_of_decider", operation=pgtrigger.Insert | pgtrigger.Update, when=pgtrigger.Before,
                func=AUTHORITY_OF_DECIDER,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.country_id} {self.risk_class} {self.cover_status} {self.effective_on}"


class CoverAuthority(models.Model):
    """One rule of one version: the level that a change needs when it touches this. Never changed: another version follows."""

    version = models.PositiveSmallIntegerField()
    touch = models.CharField(max_length=10, choices=Touch.choices)
    above_usd = AmountField(default=0)
    level = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "touch", "above_usd"], name="cover_authority_once"),
            models.CheckConstraint(condition=Q(level__range=(1, COMMITTEE)), name="cover_authority_level_1_to_4"),
            amount_check("cover_authority_sane", "above_usd"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"v{self.version} {self.touch} {self.above_usd} L{self.level}"

    @property
    def rule(self) -> Rule:
        return Rule(self.touch, self.level, self.above_usd)


class NoteKind(models.TextChoices):
    """What a note about a country is about."""

    POLITICS = "POLITICS", _("Politics and security")
    ECONOMY = "ECONOMY", _("Economy")
    TRANSFER = "TRANSFER", _("Foreign exchange and transfer")
    PAYMENT = "PAYMENT", _("Ways and habits of payment")
    LAW = "LAW", _("Law and recovery")
    EVENT = "EVENT", _("Event")


class CountryNote(models.Model):
    """Something known of a country from a day on, with its source; it ends, it is never deleted. Samples say so."""

    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=8, choices=NoteKind.choices)
    on = models.DateField()
    ends_on = models.DateField(null=True)
    text_zh = models.CharField(max_length=1000)
    text_en = models.CharField(max_length=1500)
    source = models.CharField(max_length=200)
    is_sample = models.BooleanField(default=False)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["country", "kind", "on"], name="country_note_once_a_day"),
            models.CheckConstraint(condition=~Q(source=""), name="country_note_has_a_source"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("on")), name="country_note_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country_id} {self.kind} {self.on}"

    @property
    def text(self) -> str:
        return self.text_zh if in_chinese() else self.text_en


class BookSum(models.Model):
    """What one policyholder has with one obligor, by measure, in USD; written anew by `summing.summarise`."""

    policyholder = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    obligor = models.ForeignKey(Obligor, on_delete=models.CASCADE, related_name="+", db_index=False)
    measure = models.CharField(max_length=10)
    usd = AmountField()
    items = models.IntegerField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            amount_check("book_sum_sane", "usd"),
            models.UniqueConstraint(fields=["policyholder", "obligor", "measure"], name="book_sum_once"),
        ]
        indexes = [models.Index(fields=["obligor"], name="book_sum_by_obligor")]

    def __str__(self) -> str:
        return f"{self.policyholder_id} {self.obligor_id} {self.measure} {self.usd}"


class RegisterCount(models.Model):
    """How many companies of the register stand in a country and industry under a light."""

    country = models.ForeignKey(Country, on_delete=models.CASCADE, related_name="+")
    section = models.PositiveSmallIntegerField(null=True)
    light = models.CharField(max_length=8, choices=Light.choices)
    items = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["country", "section", "light"], nulls_distinct=False, name="register_count_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.country_id} {self.section} {self.light} {self.items}"


class BookSummary(models.Model):
    """When the sums were made last, how long it took, and how many rows had no exchange rate. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    made_at = models.DateTimeField()
    took_ms = models.IntegerField()
    without_rate = models.IntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_book_summary")]

    def __str__(self) -> str:
        return f"{self.made_at}"
