"""Keys of forms that were sent, so that one form does its deed once (promise R6)."""

from __future__ import annotations

from django.db import models


class FormKey(models.Model):
    """A form that was sent and where its answer is. Claimed in the transaction of the deed, kept seven days."""

    user_id = models.BigIntegerField()
    key = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    location = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "key"], name="form_key_once_per_person")]

    def __str__(self) -> str:
        return str(self.key)
