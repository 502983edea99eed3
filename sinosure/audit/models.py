"""The trail: who did what to which row, when. Append-only; a sealer chains the entries by hash after they commit."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from sinosure.core.append_only import append_only


class AuditEntry(models.Model):
    """One deed. The actor is kept as plain ids and a name, so the trail outlives the account."""

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    organisation_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    policyholder_id = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="audit_by_subject"),
            models.Index(fields=["policyholder_id", "-id"], name="audit_by_policyholder"),
            models.Index(fields=["actor_id", "-id"], name="audit_by_actor"),
            BrinIndex(fields=["at"], name="audit_by_day"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_id}"


class AuditSeal(models.Model):
    """The link of one entry in the chain: hash = SHA-256(prev_hash + canonical entry)."""

    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, primary_key=True)
    position = models.BigIntegerField(unique=True)
    prev_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64)

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.position} {self.hash[:12]}"
