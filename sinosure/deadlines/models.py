"""Every clock is a row: when it started, when it is due and by which law, when it next wakes up, how it ended."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.append_only import append_only
from sinosure.core.fields import AmountField
from sinosure.core.states import TonedChoices


class DeadlineState(TonedChoices):
    OPEN = "OPEN", "blue", _("Running")
    MET = "MET", "green", _("Met in time")
    MET_LATE = "MET_LATE", "amber", _("Met late")
    MISSED = "MISSED", "red", _("Missed")
    CANCELLED = "CANCELLED", "grey", _("No longer needed")


class DeadlineQuerySet(ScopedQuerySet):
    def open(self) -> DeadlineQuerySet:
        return self.filter(state=DeadlineState.OPEN)

    def of(self, subject: models.Model) -> DeadlineQuerySet:
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)

    def unsettled(self) -> DeadlineQuerySet:
        """Open, or missed and not done yet."""
        return self.filter(state__in=[DeadlineState.OPEN, DeadlineState.MISSED])

    def owned_by(self, actor: Actor) -> DeadlineQuerySet:
        """Those the actor's side must meet: the insurer's roles, or the policyholder."""
        side = "INSURER" if actor.is_insurer else "POLICYHOLDER"
        return self.visible_to(actor).filter(owner=side)


class Deadline(models.Model):
    """One clock on one subject. `next_fire_at` is the next reminder or the due moment; a missed one can still be met."""

    kind = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    owner = models.CharField(max_length=12, default="POLICYHOLDER")
    starts_on = models.DateField()
    nominal_due = models.DateField()
    legal_due = models.DateField()
    earliest = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    next_fire_at = models.DateTimeField()
    reminders_sent = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=DeadlineState.choices, default=DeadlineState.OPEN)
    settled_at = models.DateTimeField(null=True)
    amount_at_risk = AmountField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    params = models.JSONField(default=dict)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_type", "subject_id"], condition=Q(state="OPEN"), name="deadline_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(provisional=True, state="MISSED"), name="deadline_no_fire_on_provisional"
            ),
            models.CheckConstraint(condition=Q(legal_due__gte=F("nominal_due")), name="deadline_legal_after_nominal"),
            models.CheckConstraint(condition=Q(nominal_due__gte=F("starts_on")), name="deadline_due_after_start"),
        ]
        indexes = [
            # sweep: what wakes up now
            models.Index(fields=["next_fire_at", "id"], condition=Q(state="OPEN"), name="deadline_wakes"),
            # inbox: what is due first; a missed clock stays in it until the deed is done
            models.Index(
                fields=["policyholder", "owner", "legal_due", "id"],
                condition=Q(state__in=["OPEN", "MISSED"]),
                name="deadline_inbox",
            ),
            # inbox of the insurer, over all policyholders
            models.Index(
                fields=["kind", "legal_due", "id"],
                condition=Q(state__in=["OPEN", "MISSED"], owner="INSURER"),
                name="deadline_insurer_inbox",
            ),
            models.Index(fields=["subject_type", "subject_id"], name="deadline_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_type} {self.subject_id} {self.legal_due}"


class DeadlineEvent(models.Model):
    """What a clock did: reminded, fell due, was met, recomputed. The unique key makes each effect happen once."""

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="events", db_index=False)
    key = models.CharField(max_length=40)
    at = models.DateTimeField()
    detail = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deadline", "key"], name="deadline_effect_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.key} {self.deadline_id}"


class DraftState(TonedChoices):
    PROPOSED = "PROPOSED", "amber", _("Waiting for a second administrator")
    LOADED = "LOADED", "green", _("Loaded")
    DISCARDED = "DISCARDED", "grey", _("Discarded")


class CalendarDraft(models.Model):
    """An official notice of working days as one administrator entered it; a second one confirms and loads it (LN-4)."""

    year = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=200)
    text = models.TextField()
    exceptions = models.JSONField()  # [{"date", "is_workday", "name"}]
    state = models.CharField(max_length=10, choices=DraftState.choices, default=DraftState.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    moved = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year"], condition=Q(state="PROPOSED"), name="one_calendar_draft_a_year"),
            models.CheckConstraint(
                condition=~Q(state="LOADED") | ~Q(settled_by=F("proposed_by")), name="calendar_maker_is_not_checker"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.state}"
