"""Keyed fingerprints of what may be financed once (Rulebook §8.5, 1): equal across banks and tenants, readable by nobody."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

from sinosure.core.errors import DomainError
from sinosure.core.parsing import canonical_invoice_no


def fingerprint(kind: str, *parts: str) -> str:
    """HMAC-SHA-256, 64 hex digits, of a kind of key and its canonical parts."""
    text = "\x1f".join((kind, *parts))
    return hmac.new(settings.FINGERPRINT_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def invoice_fingerprint(exporter: str, invoice_key: str) -> str:
    """K1: exporter and canonical invoice number, without amount or buyer: a changed amount is the same invoice."""
    return fingerprint("K1", exporter.upper(), invoice_key)


def document_fingerprint(kind: str, number: str) -> str:
    """K2: a bill of lading or customs declaration, however it is written; blank when there is none."""
    return fingerprint(kind, _canonical(number)) if number.strip() else ""


def _canonical(number: str) -> str:
    try:
        return str(canonical_invoice_no(number).value)
    except DomainError:
        return number.strip().upper()
