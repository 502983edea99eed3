"""Entries chained by hash: each link covers the one before it, so that a later change, removal or reorder shows."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db import connection

GENESIS = "0" * 64


@dataclass(frozen=True)
class Verification:
    """What a check found: sealed entries, entries still waiting for their seal, and the first faults."""

    sealed: int
    unsealed: int
    faults: tuple[str, ...]


def canonical(content: Any) -> str:
    """JSON with sorted keys and no spaces, characters as they are."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def link_hash(previous: str, content: Any) -> str:
    """SHA-256 over the previous link and the entry in canonical JSON, UTF-8; 64 hex digits."""
    return hashlib.sha256((previous + canonical(content)).encode()).hexdigest()


def is_only_sealer(key: int) -> bool:
    """Whether this transaction may seal: one at a time, the others turn away instead of waiting."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [key])
        return bool(cursor.fetchone()[0])
