"""Issue letters, take attachments, record signatures, hand out numbers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.documents.kinds import KINDS
from sinosure.documents.models import Attachment, Document, Rendition, Signature
from sinosure.documents.rendering import render_pdf
from sinosure.documents.uploads import checked_upload


def next_number(series: str, width: int = 5) -> str:
    """The next number of a series, e.g. `LN-2026-00042`. Concurrent callers queue on one row until commit."""
    return next_numbers(series, 1, width)[0]


def next_numbers(series: str, count: int, width: int = 5) -> list[str]:
    """The next `count` numbers of a series in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO documents_numberseries (series, last) VALUES (%(series)s, %(count)s) "
            "ON CONFLICT (series) DO UPDATE SET last = documents_numberseries.last + %(count)s RETURNING last",
            {"series": series, "count": count},
        )
        last = cursor.fetchone()[0]
    return [f"{series}-{number:0{width}d}" for number in range(last - count + 1, last + 1)]


@dataclass(frozen=True)
class Letter:
    """A letter to be issued: whom it is about, its number, and the context that is frozen."""

    subject: models.Model
    number: str
    policyholder_id: int
    context: dict[str, Any]
    bank_id: int | None = None


@transaction.atomic
def issue(
    *, actor: Actor, kind: str, subject: models.Model, policyholder_id: int, context: dict[str, Any],
    number: str, language: str = "zh-hans", bank_id: int | None = None,
) -> Document:  # fmt: skip
    """Freeze the context of a letter. The PDF is made on the first download."""
    letter = Letter(subject, number, policyholder_id, context, bank_id)
    return issue_many(actor=actor, kind=kind, letters=[letter], language=language)[0]


@transaction.atomic
def issue_many(
    *, actor: Actor, kind: str, letters: Sequence[Letter], language: str = "zh-hans", has_trail: bool = True
) -> list[Document]:
    """Many letters of one kind in two statements; `has_trail` no: a row of the caller's, with a digest, stands for all."""
    rows = Document.objects.bulk_create([_document(actor, kind, one, language) for one in letters])
    if not has_trail:
        return rows
    deeds = [(row, {"kind": kind, "number": row.number}) for row in rows]
    audit.record_many(actor, "document.issued", deeds)
    return rows


def _document(actor: Actor, kind: str, letter: Letter, language: str) -> Document:
    title_zh, title_en = KINDS[kind].titles
    return Document(
        subject_type=letter.subject._meta.label_lower, subject_id=letter.subject.pk,
        policyholder_id=letter.policyholder_id, bank_id=letter.bank_id, kind=kind, number=letter.number,
        language=language, title_zh=title_zh, title_en=title_en,
        context=json.loads(json.dumps(letter.context, cls=DjangoJSONEncoder, default=str)),
        issued_at=clock.now(), issued_by_id=actor.user_id,
    )  # fmt: skip


def rendition_of(document: Document, finish: Callable[[bytes], bytes] | None = None) -> Rendition:
    """The PDF of a document, made now if it does not exist yet. Two callers make it once.

    `finish` takes the printed PDF and gives back what is kept, e.g. with an electronic signature.
    """
    with transaction.atomic():
        Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
        existing = Rendition.objects.filter(document=document).first()
        return existing or _render(document, finish)


def _render(document: Document, finish: Callable[[bytes], bytes] | None) -> Rendition:
    pdf = render_pdf(KINDS[document.kind].template, _letter_context(document), document.language)
    pdf = finish(pdf) if finish else pdf
    rendition = Rendition(
        document=document, sha256=hashlib.sha256(pdf).hexdigest(), size=len(pdf), rendered_at=clock.now()
    )
    rendition.file.save(f"{document.verification_code}.pdf", ContentFile(pdf), save=False)
    rendition.save(force_insert=True)
    return rendition


def _letter_context(document: Document) -> dict[str, Any]:
    """What `letters/base.html` prints in the margins, then the frozen context."""
    frame = {
        "document": document,
        "reference": document.number,
        "issued_on": clock.business_date(document.issued_at),
        "verification_code": document.verification_code,
        "verify_url": f"{settings.SITE_URL}/documents/verify/{document.verification_code}/",
    }
    return {**frame, **document.context}


@transaction.atomic
def attach(
    *, actor: Actor, subject: models.Model, policyholder_id: int, upload: UploadedFile, purpose: str = "",
    bank_id: int | None = None,
) -> Attachment:  # fmt: skip
    """Keep a file as evidence for `subject`. Raises DomainError for type, size or the same file twice."""
    checked = checked_upload(upload)
    rows = Attachment.objects.of(subject).filter(sha256=checked.sha256, purpose=purpose)
    if rows.exists():
        raise DomainError("already_received", _("This file was already received."), field="file", status=409)
    attachment = Attachment(
        subject_type=subject._meta.label_lower, subject_id=subject.pk, policyholder_id=policyholder_id, bank_id=bank_id,
        purpose=purpose, name=checked.name, content_type=checked.content_type, size=checked.size,
        sha256=checked.sha256, attached_at=clock.now(), attached_by_id=actor.user_id,
    )  # fmt: skip
    attachment.file.save(checked.stored_name, upload, save=True)
    audit.record(actor, "attachment.added", attachment, detail={"name": checked.name, "sha256": checked.sha256})
    return attachment


@transaction.atomic
def sign(*, actor: Actor, document: Document, party: str) -> Signature:
    """The signer's named act on the PDF as it stands, with its hash."""
    if actor.user_id is None:
        raise NotAllowed()
    signature = Signature.objects.create(
        subject_type=document.subject_type, subject_id=document.subject_id, policyholder_id=document.policyholder_id,
        bank_id=document.bank_id, document=document, party=party, signer_id=actor.user_id,
        role=min(actor.roles, default=""), document_sha256=rendition_of(document).sha256, signed_at=clock.now(),
    )  # fmt: skip
    audit.record(actor, "document.signed", document, detail={"party": party})
    return signature
