"""Idempotency keys of the API (promise R6): what was answered to which request of which organisation."""

from __future__ import annotations

from django.db import models


class IdempotencyKey(models.Model):
    """Written in the transaction of the deed, kept seven days."""

    organisation_id = models.BigIntegerField()
    key = models.CharField(max_length=100)
    request_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField(null=True)
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "key"], name="one_key_one_effect")]

    def __str__(self) -> str:
        return self.key
