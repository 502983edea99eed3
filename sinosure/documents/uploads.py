"""What may be attached: type by content, size, and a harmless name. Quality rows 34 and 35."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from sinosure.core.errors import DomainError
from sinosure.core.parsing import clean_name

LARGEST_ATTACHMENT = 20 * 1024 * 1024
_SIGNATURES = {
    b"%PDF-": ("application/pdf", ".pdf"),
    b"\x89PNG\r\n\x1a\n": ("image/png", ".png"),
    b"\xff\xd8\xff": ("image/jpeg", ".jpg"),
    b"PK\x03\x04": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
}


@dataclass(frozen=True)
class CheckedUpload:
    name: str
    stored_name: str
    content_type: str
    size: int
    sha256: str


def checked_upload(upload: UploadedFile) -> CheckedUpload:
    """Sniff, measure and hash an upload; raises `file_too_large` (413), `file_empty` or `file_type` (415)."""
    size = upload.size or 0
    if size > LARGEST_ATTACHMENT:
        raise DomainError(
            "file_too_large", _("The file is larger than 20 MB. Split it or scan it smaller."), "file", 413
        )
    if size == 0:
        raise DomainError("file_empty", _("The file is empty."), "file", 400)
    head = upload.read(16)
    content_type, suffix = _sniff(head)
    upload.seek(0)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    name = clean_name((upload.name or "file").rsplit("/", 1)[-1].rsplit("\\", 1)[-1]).value
    return CheckedUpload(name, f"{uuid.uuid4().hex}{suffix}", content_type, size, digest.hexdigest())


def _sniff(head: bytes) -> tuple[str, str]:
    for magic, found in _SIGNATURES.items():
        if head.startswith(magic):
            return found
    raise DomainError("file_type", _("Only PDF, PNG, JPEG and Excel (.xlsx) files are accepted."), "file", 415)
