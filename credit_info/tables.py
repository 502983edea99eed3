"""Files that the insurer's people hand in, CSV and Excel alike: the columns by name and every row as text."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Set
from datetime import datetime
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from sinosure.core.errors import DomainError
from sinosure.core.tables import workbook
from sinosure.core.tables.sniffing import sniff


def read_text(upload: BinaryIO) -> io.TextIOBase:
    """The file as text: UTF-8, UTF-16 with its mark, or GB 18030. Raises `bad_encoding`."""
    start = upload.read(4)
    upload.seek(0)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decoded(upload, "utf-16")
    try:
        return _decoded(upload, "utf-8-sig")
    except DomainError:
        upload.seek(0)
        return _decoded(upload, "gb18030")


def _decoded(upload: BinaryIO, encoding: str) -> io.TextIOBase:
    try:
        text = upload.read().decode(encoding)
    except UnicodeDecodeError as error:
        message = _("The file is neither UTF-8, UTF-16 nor GB 18030 text. Save it as CSV UTF-8.")
        raise DomainError("bad_encoding", message, field="file") from error
    return io.StringIO(text, newline="")


def table(upload: BinaryIO, headings: Mapping[str, str], needed: Set[str]) -> tuple[list[str], Iterator[list[str]]]:
    """The columns by name, and every row below them. Raises `bad_heading`, what the reader of workbooks raises, and `bad_file`."""
    rows = _sheet(upload) if _is_zip(upload) else _cells(read_text(upload))
    first = [cell.strip().casefold() for cell in next(rows, [])]
    names = [headings.get(cell, cell.replace(" ", "_")) for cell in first]
    missing = sorted(needed - set(names))
    if missing:
        message = _(
            "The first row must name the columns; there is no %(missing)s. If you see it, save the file as CSV UTF-8."
        )
        raise DomainError("bad_heading", message, field="file", missing=", ".join(missing))
    return names, rows


def _cells(text: io.TextIOBase) -> Iterator[list[str]]:
    try:
        yield from csv.reader(text)
    except csv.Error as error:
        raise DomainError("bad_file", _("The file is not a table of comma-separated values."), field="file") from error


def _is_zip(upload: BinaryIO) -> bool:
    head = upload.read(4)
    upload.seek(0)
    return head == b"PK\x03\x04"


def _sheet(upload: BinaryIO) -> Iterator[list[str]]:
    """Every row of the sheet as it would be typed; rows left blank are there too, so that numbers fit what people see."""
    sniff(upload, upload.seek(0, io.SEEK_END))
    last = 0
    for row_no, row in workbook.rows(upload):
        yield from ([] for _blank in range(last + 1, row_no))
        yield [_typed(cell) for cell in row]
        last = row_no


def _typed(cell: Any) -> str:
    """A number without the decimals that it has not, a day as 2026-10-01."""
    if isinstance(cell, float):
        return workbook.typed(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell)
