"""Letters we issue, files people attach, and signatures. All append-only; a subject is a type and an id, never a key upward."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.append_only import append_only
from sinosure.reference.models import in_chinese

_CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_verification_code() -> str:
    """Twelve letters in three groups, without look-alikes: 7K2F-Q9RD-40LM."""
    letters = "".join(secrets.choice(_CODE_ALPHABET) for _ in range(12))
    return "-".join(letters[i : i + 4] for i in (0, 4, 8))


_of_branches: dict[str, Callable[[Actor], models.QuerySet[Any]]] = {}


def open_to_branches(subject_type: str, visible: Callable[[Actor], models.QuerySet[Any]]) -> None:
    """A bank's branch reads the papers of those subjects of this type that it sees; head office reads all of its bank."""
    _of_branches[subject_type] = visible


class SubjectQuerySet(ScopedQuerySet):
    def of(self, subject: models.Model) -> SubjectQuerySet:
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)

    def bank_scope(self, actor: Actor) -> Q:
        own = Q(bank_id=actor.organisation_id)
        if actor.branch_id is None:
            return own
        seen = Q(pk__in=[])
        for subject_type, visible in _of_branches.items():
            seen |= Q(subject_type=subject_type, subject_id__in=visible(actor).values("pk"))
        return own & seen


class SubjectRow(models.Model):
    """A row about any other row, scoped by policyholder; `bank` may see it too when set."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    bank = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")

    objects = SubjectQuerySet.as_manager()

    class Meta:
        abstract = True


class Document(SubjectRow):
    """A letter as issued: template and frozen context. Its PDF and hash are in `rendition`, made once, never replaced."""

    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=40)
    language = models.CharField(max_length=10, default="zh-hans")
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    context = models.JSONField()
    verification_code = models.CharField(max_length=14, unique=True, default=new_verification_code)
    issued_at = models.DateTimeField()
    issued_by_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="document_by_subject"),
            models.Index(fields=["policyholder", "-id"], name="document_by_policyholder"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.title_zh} {self.number}"

    @property
    def title(self) -> str:
        return self.title_zh if in_chinese() else self.title_en


class Rendition(models.Model):
    """The PDF that was made from a document, with its SHA-256."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, primary_key=True)
    file = models.FileField(upload_to="letters/%Y/%m/")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    rendered_at = models.DateTimeField()

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return self.sha256


class Attachment(SubjectRow):
    """A file somebody attached as evidence, stored under a random name."""

    purpose = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=200)
    file = models.FileField(upload_to="attachments/%Y/%m/")
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    attached_at = models.DateTimeField()
    attached_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="attachment_by_subject")]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "sha256", "purpose"], name="attachment_once_per_subject"
            ),
            models.CheckConstraint(condition=Q(size__gt=0, size__lte=20 * 1024 * 1024), name="attachment_size"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.name


class Signature(SubjectRow):
    """A named act: who signed which document for which party, with its hash, time and role."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="signatures")
    party = models.CharField(max_length=12)
    signer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    document_sha256 = models.CharField(_("SHA-256 of what was signed"), max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "party"], name="signature_once_per_party")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.party} {self.signer}"


class NumberSeries(models.Model):
    """The last number given out in a series such as `SCH-2026-31`. Numbers are never reused; gaps are allowed."""

    series = models.CharField(max_length=40, primary_key=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.series} {self.last}"
