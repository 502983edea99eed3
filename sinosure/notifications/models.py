"""Messages in the portal and the outbox. Both are written in the transaction of the deed they tell of."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation, User


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, actor: Actor) -> MessageQuerySet:
        """Messages to the actor's organisation, and those to a role only for holders of that role."""
        return self.filter(organisation_id=actor.organisation_id).filter(Q(role="") | Q(role__in=actor.roles))


class Message(models.Model):
    """A line in the in-portal inbox of an organisation (or of one role in it), shown in the reader's language."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    policyholder_id = models.BigIntegerField(null=True)
    sent_at = models.DateTimeField()

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["organisation", "-id"], name="message_by_organisation")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ReadMark(models.Model):
    """A person has read a message."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reads")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="read_once")]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.message_id}"


class OutboxState(models.TextChoices):
    WAITING = "WAITING"
    SENT = "SENT"
    DEAD = "DEAD"


class Outbox(models.Model):
    """Something to deliver outside (an e-mail). `dedup` makes one deed send once; retries keep the id."""

    dedup = models.CharField(max_length=150, unique=True)
    channel = models.CharField(max_length=10, default="email")
    recipient = models.CharField(max_length=254)
    kind = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    language = models.CharField(max_length=10, default="zh-hans")
    state = models.CharField(max_length=8, choices=OutboxState.choices, default=OutboxState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            # relay: what is due, oldest first
            models.Index(fields=["next_try_at", "id"], condition=Q(state="WAITING"), name="outbox_waiting"),
        ]

    def __str__(self) -> str:
        return self.dedup
