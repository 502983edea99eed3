"""The signature of a call, as standardwebhooks.com writes it: HMAC-SHA256 over id.timestamp.body, with a secret of 32 bytes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from django.conf import settings

from sinosure.core.at_rest import cipher

PREFIX, SIZE = "whsec_", 32
STALE_AFTER_S = 300


def new_secret() -> bytes:
    return secrets.token_bytes(SIZE)


def shown(secret: bytes) -> str:
    """As the owner copies it."""
    return PREFIX + base64.b64encode(secret).decode()


def sealed(secret: bytes) -> bytes:
    return cipher(settings.SEAL_KEY, "webhook secrets").encrypt(secret)


def opened(stored: bytes) -> bytes:
    return cipher(settings.SEAL_KEY, "webhook secrets").decrypt(bytes(stored))


def signature(secret: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def headers(secret: bytes, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, message_id, timestamp, body),
    }
