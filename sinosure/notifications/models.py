"""Messages in the portal and the outbox. Both are written in the transaction of the deed they tell of."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Branch, Organisation, User
from sinosure.core.states import TonedChoices
from sinosure.notifications.webhooks.models import WebhookEndpoint


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, actor: Actor) -> MessageQuerySet:
        """Messages to the actor's organisation; those to a role only for its holders, those to a person only for them.

        A bank's branch reads what is addressed to it, head office everything.
        """
        mine = self.filter(organisation_id=actor.organisation_id).filter(Q(role="") | Q(role__in=actor.roles))
        if actor.branch_id is not None:
            mine = mine.filter(Q(branch=actor.branch_id) | Q(user=actor.user_id))
        return mine.filter(Q(user=None) | Q(user=actor.user_id))


class Message(models.Model):
    """A line in the inbox of an organisation, of a bank's branch, one role or one person, shown in the reader's language."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    role = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    policyholder_id = models.BigIntegerField(null=True)
    sent_at = models.DateTimeField()

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-id"], name="message_by_organisation"),
            # the count beside the navigation
            models.Index(fields=["user", "-id"], condition=Q(user__isnull=False), name="message_to_person"),
        ]

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


class OutboxState(TonedChoices):
    WAITING = "WAITING", "amber", _("To be delivered")
    SENT = "SENT", "green", _("Arrived")
    DEAD = "DEAD", "red", _("Given up")


class Outbox(models.Model):
    """Something to deliver outside: an e-mail, or a call to a webhook endpoint. `dedup` makes one deed send once; retries keep the id."""

    dedup = models.CharField(max_length=150, unique=True)
    channel = models.CharField(max_length=10, default="email")
    recipient = models.CharField(max_length=254)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, null=True, related_name="deliveries")
    kind = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    subject_id = models.BigIntegerField(null=True)  # what the link of an e-mail leads to
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
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(state="WAITING", channel="webhook"),
                name="outbox_calls_waiting",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel="webhook", endpoint__isnull=False) | Q(channel="email", endpoint__isnull=True),
                name="outbox_calls_have_an_endpoint",
            ),
        ]

    def __str__(self) -> str:
        return self.dedup
