"""What a verification code confirms: no more than the paper shows, and whether it still holds."""

from __future__ import annotations

from typing import Any

from sinosure.documents.kinds import KINDS
from sinosure.documents.models import Document


def of_code(typed: str) -> Document | None:
    """The letter with this code, in whatever case it is typed."""
    code = typed.strip().upper()
    return Document.objects.filter(verification_code=code).select_related("rendition").first() if code else None


def standing(document: Document | None) -> tuple[str, Any] | None:
    """Tone and sentence for the kinds of letters that later events may revoke."""
    kind = KINDS.get(document.kind) if document else None
    return kind.standing(document) if kind and kind.standing else None
