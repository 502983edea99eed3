"""Triggers that make a table append-only: no UPDATE, DELETE or TRUNCATE, whoever asks."""

from __future__ import annotations

import pgtrigger

_REFUSE = "RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"


def append_only() -> list[pgtrigger.Trigger]:
    """No UPDATE or DELETE of a row, no TRUNCATE of the table."""
    rows = pgtrigger.Trigger(
        name="append_only", operation=pgtrigger.Update | pgtrigger.Delete, when=pgtrigger.Before, func=_REFUSE
    )
    table = pgtrigger.Trigger(
        name="no_truncate",
        operation=pgtrigger.Truncate,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        func=_REFUSE,
    )
    return [rows, table]
