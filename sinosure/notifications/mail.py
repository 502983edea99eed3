"""One message as an e-mail in its reader's language: what happened, the facts, what to do next, where to read and to end it."""

from __future__ import annotations

import unicodedata

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from sinosure.notifications.kinds import detail_of, path_of, text_of
from sinosure.notifications.models import Outbox

LONGEST_SUBJECT = 120
TEMPLATE = "notifications/mail"


def compose(row: Outbox) -> EmailMultiAlternatives:
    """Text with an HTML part. Raises LookupError when the sentence lacks a value, ValueError for a bad address."""
    with translation.override(row.language):
        text, detail = text_of(row.kind, row.params), detail_of(row.kind, row.subject_id)
        context = {
            "text": text, "detail": detail, "page_url": _whole(path_of(row.kind, row.subject_id) or "/"),
            "stop_url": _whole(detail.stop_path), "language": row.language, "site_url": settings.SITE_URL,
        }  # fmt: skip
        parts = [render_to_string(f"{TEMPLATE}.{ending}", context) for ending in ("txt", "html")]
    headers = {"Message-ID": f"<{row.dedup}@export-cover.invalid>"}
    if detail.stop_path:
        headers["List-Unsubscribe"] = f"<{context['stop_url']}>"
    message = EmailMultiAlternatives(one_line(text), parts[0], to=[row.recipient], headers=headers)
    message.attach_alternative(parts[1], "text/html")
    return message


def one_line(text: str) -> str:
    """Fit for a header: no line ends, no control or direction marks, not too long."""
    plain = "".join(" " if unicodedata.category(sign) in {"Cc", "Cf", "Zl", "Zp"} else sign for sign in text)
    return " ".join(plain.split())[:LONGEST_SUBJECT]


def _whole(path: str) -> str:
    return f"{settings.SITE_URL}{path}" if path else ""
