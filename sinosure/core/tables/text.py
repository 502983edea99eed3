"""Read CSV: byte order mark first, then strict UTF-8, then strict GB18030, never a guess with replaced letters (row 36)."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext_lazy as _

from sinosure.core.errors import DomainError
from sinosure.core.tables.limits import MOST_BLANK_ROWS

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHUNK = 1 << 20


def encoding_of(file: IO[bytes]) -> tuple[str, bool]:
    """The encoding in which every byte makes sense, and whether that is beyond doubt. `unknown_encoding` (415)."""
    file.seek(0)
    head = file.read(4)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), "")
    tried = [marked] if marked else ["utf-8", "gb18030"]
    for name in tried:
        if _reads_as(file, name):
            return name, name != "gb18030"
    message = _("The letters of this file cannot be read. Save it as “CSV UTF-8” or as Excel (.xlsx).")
    raise DomainError("unknown_encoding", message, "file", 415)


def _reads_as(file: IO[bytes], name: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        while chunk := file.read(_CHUNK):
            if "\x00" in decoder.decode(chunk):
                message = _(
                    "The file holds NUL characters, so it is not a text file. Save it as “CSV UTF-8” or as Excel (.xlsx)."
                )
                raise DomainError("nul_characters", message, "file", 400)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def cells(file: IO[bytes], encoding: str) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells) of every row that is not blank; stops after a thousand blank ones. `bad_csv` (400)."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        first = text.readline(100_000)
        file.seek(0)
        text.seek(0)
        yield from _rows(csv.reader(text, delimiter=_delimiter(first), strict=True))
    finally:
        text.detach()


def _delimiter(line: str) -> str:
    """The one that parts the first line most often."""
    return max((",", "\t", ";", "，"), key=line.count) if line else ","


def _rows(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    blank, row_no = 0, 0
    while True:
        row_no += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            message = _("Row %(row)s cannot be read: a quotation mark is not closed, or a cell is too long.")
            raise DomainError("bad_csv", message, "file", 400, row=row_no) from error
        if any(row) and any(cell.strip() for cell in row):
            blank = 0
            yield row_no, row
        else:
            blank += 1
            if blank > MOST_BLANK_ROWS:
                return
