"""Encryption of what is stored and must be read again: private keys of seals, secrets of webhooks."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def cipher(key: str, purpose: str) -> Fernet:
    """One key serves several purposes; what one of them wrote another cannot read."""
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=purpose.encode()).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
