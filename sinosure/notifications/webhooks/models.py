"""Where an organisation wants to be called."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from django.db import models
from django.db.models import Q

from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation, User


class EndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    def visible_to(self, actor: Actor) -> Self:
        """An organisation sees its own, whoever of its people set them up."""
        return self.filter(organisation_id=actor.organisation_id, removed_at=None)


class WebhookEndpoint(models.Model):
    """An address that is called, and the secret that signs the calls: encrypted, for it is needed again and shown once."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    url = models.CharField(max_length=300)
    secret = models.BinaryField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "url"], condition=Q(removed_at=None), name="webhook_endpoint_once"
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""
