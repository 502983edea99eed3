"""Triggers that make a table append-only: no UPDATE, DELETE or TRUNCATE, whoever asks."""

from __future__ import annotations

import pgtrigger


def append_only() -> list[pgtrigger.Protect]:
    return [
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Protect(name="no_truncate", operation=pgtrigger.Truncate, level=pgtrigger.Statement),
    ]
