"""An alarm asks the underwriters whether cover on a buyer goes on: one question for each event and obligor."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credit_info.models import Obligor, RiskEvent
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import User
from sinosure.core.states import TonedChoices


class CandidateState(TonedChoices):
    OPEN = "OPEN", "amber", _("To be decided")
    STOPPED = "STOPPED", "red", _("Cover stopped")
    KEPT = "KEPT", "green", _("Cover kept")


class CandidateQuerySet(models.QuerySet["StopCandidate"]):
    def visible_to(self, actor: Actor) -> Self:
        """The underwriters' desk; other staff who see limits read it."""
        return self.all() if actor.is_insurer and actor.can("limits.view") else self.none()

    def open(self) -> Self:
        return self.filter(state=CandidateState.OPEN)


class StopCandidate(models.Model):
    """Stop cover on this obligor because of this event? Decided once, with the reason."""

    event = models.ForeignKey(RiskEvent, on_delete=models.PROTECT, related_name="stop_candidates", db_index=False)
    obligor = models.ForeignKey(Obligor, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=7, choices=CandidateState.choices, default=CandidateState.OPEN)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    comment = models.CharField(max_length=500, blank=True)
    at_stake = models.JSONField(default=list)  # the exposure that the decision saw

    objects = CandidateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "obligor"], name="stop_candidate_once"),
            models.CheckConstraint(
                condition=Q(state="OPEN", decided_at=None, decided_by=None)
                | (~Q(state="OPEN") & Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(comment="")),
                name="stop_candidate_decided_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["-id"], condition=Q(state="OPEN"), name="stop_candidate_open")]

    def __str__(self) -> str:
        return f"{self.event_id} {self.obligor_id}"
