"""Rows into the staging table by COPY, and their faults beside them."""

from __future__ import annotations

import io
import json
from typing import Any

from django.db import connection

from declarations.importer.rows import STAGED, Fault
from declarations.models import RowError

_COLUMNS = ", ".join(("batch_id", "row_no", "is_read", "raw", *STAGED))
_COPY = f"COPY declarations_importrow ({_COLUMNS}) FROM STDIN"
_LINE = "\t".join(f"%({name})s" for name in STAGED)
_EMPTY = "\t".join(["\\N"] * len(STAGED))
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Stage:
    """Collects rows and faults of one batch and writes them in pieces."""

    def __init__(self, batch_id: int) -> None:
        self.batch_id = batch_id
        self.lines: list[str] = []
        self.faults: list[RowError] = []

    def good(self, row_no: int, found: dict[str, Any]) -> None:
        line = _LINE % found
        if "\\" in line:
            line = _LINE % {name: _escaped(value) for name, value in found.items()}
        self.lines.append(f"{self.batch_id}\t{row_no}\tt\t\\N\t{line}")

    def bad(self, row_no: int, raw: dict[str, str], faults: list[Fault]) -> None:
        text = json.dumps(raw, ensure_ascii=False).replace("\\u0000", "")
        self.lines.append(f"{self.batch_id}\t{row_no}\tf\t{text.translate(_ESCAPES)}\t{_EMPTY}")
        self.faults += [RowError(batch_id=self.batch_id, row_no=row_no, **_stored(one)) for one in faults]

    def __len__(self) -> int:
        return len(self.lines)

    def write(self) -> None:
        """Send what is collected to the database."""
        with connection.cursor() as cursor:
            cursor.copy_expert(_COPY, io.StringIO("\n".join(self.lines) + "\n" if self.lines else ""))
        RowError.objects.bulk_create(self.faults, batch_size=5000)
        self.lines, self.faults = [], []


def _stored(one: Fault) -> dict[str, Any]:
    value = one.value.replace("\x00", "")
    return {"column": one.column, "code": one.code, "value": value, "message": one.message[:300], "params": one.params}


def _escaped(value: Any) -> Any:
    return value.translate(_ESCAPES) if type(value) is str else value
