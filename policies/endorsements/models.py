"""An endorsement (批单): what is asked, drawn up, approved by a second person and signed; the schedule it leads to."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from policies.models.assignment import AssigneeBank
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.states import TonedChoices


class EndorsementState(TonedChoices):
    REQUESTED = "REQUESTED", "blue", _("Requested")
    DRAFTED = "DRAFTED", "blue", _("Drawn up, waits for a second underwriter")
    APPROVED = "APPROVED", "amber", _("Approved, waits for the insured's signature")
    SIGNED = "SIGNED", "green", _("Signed")
    DECLINED = "DECLINED", "red", _("Declined")
    REFUSED = "REFUSED", "grey", _("Not accepted by the insured")
    WITHDRAWN = "WITHDRAWN", "grey", _("Withdrawn")
    LAPSED = "LAPSED", "grey", _("Not signed in time")


OPEN = ("REQUESTED", "DRAFTED", "APPROVED")


class EndorsementQuerySet(ScopedQuerySet):
    def bank_scope(self, actor: Actor) -> Q:
        """A bank sees what was signed on the policies assigned to it."""
        assigned = AssigneeBank.objects.read_by(actor)
        return Q(policy__in=assigned.values("policy_id"), state=EndorsementState.SIGNED)


class Endorsement(models.Model):
    """One change of a policy. `changes` holds the changed fields only: name → {"old", "new"} as plain text."""

    policy = models.ForeignKey("policies.Policy", on_delete=models.PROTECT, related_name="endorsements")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40, unique=True, null=True)
    state = models.CharField(max_length=10, choices=EndorsementState.choices, default=EndorsementState.REQUESTED)
    wish = models.CharField(max_length=2000)
    effective_from = models.DateField()
    changes = models.JSONField(default=dict)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    is_from_insured = models.BooleanField()
    requested_at = models.DateTimeField()
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=1000, blank=True)
    schedule = models.OneToOneField(
        "policies.PolicySchedule", on_delete=models.PROTECT, null=True, related_name="endorsement"
    )
    version = models.PositiveIntegerField(default=1)

    objects = EndorsementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy"], condition=Q(state__in=OPEN), name="endorsement_one_open"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("drafted_by")), name="endorsement_four_eyes"
            ),
            models.CheckConstraint(
                condition=~Q(state="SIGNED")
                | Q(schedule__isnull=False, number__isnull=False, signed_by__isnull=False, approved_by__isnull=False),
                name="endorsement_signed_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["policyholder", "-id"], name="endorsement_by_holder")]

    def __str__(self) -> str:
        return self.number or f"{self.policy} #{self.pk}"
