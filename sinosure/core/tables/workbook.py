"""Read a workbook: first a scan of the raw XML that trusts nothing, then the cells (rows 6, 32, 33, 37)."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook

from sinosure.core.errors import DomainError
from sinosure.core.tables.limits import LAST_ROW_NO, MOST_BLANK_ROWS, too_many_rows
from sinosure.core.tables.sniffing import LARGEST_UNPACKED, bad_workbook, unpacked_too_large

CHUNK = 1 << 20
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_NUMBER = re.compile(rb'\br="(\d+)"').search
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"').search
_ROW_END = b"row>"
_FORMULAS = (b"<f>", b"<f ", b"<f/")
_PREFIXED_FORMULA = re.compile(rb"<\w+:f[\s>/]").search
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t|is)[\s>]").search
_FAR_RIGHT = re.compile(rb'r="(?:[A-Z]{3,}|[D-Z][A-Z])\d+"').match  # beyond column CZ
_CELL = re.compile(rb'\br="([A-Z]+\d+)"')
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
MOST_HIDDEN_NAMED = 200


@dataclass
class Scan:
    """What the scan found: the sheet that is read, others that are not, hidden rows by number."""

    sheet: str
    part: str
    other_sheets: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)


def scan(file: IO[bytes]) -> Scan:
    """Look through the raw parts. Raises `formula_cells`, `bad_workbook` (415), `unpacked_too_large`, `too_many_rows` (413)."""
    try:
        with zipfile.ZipFile(file) as book:
            found = _sheets(book)
            budget = _Budget(LARGEST_UNPACKED)
            for part in book.infolist():
                if part.filename == found.part:
                    _scan_sheet(_inflate(file, part, budget), found)
                elif part.filename.lower().endswith((".xml", ".rels")):
                    _refuse_entities(_inflate(file, part, budget))
            return found
    except (zipfile.BadZipFile, zlib.error, KeyError, DefusedXmlException, ParseError, ValueError) as error:
        raise bad_workbook() from error


class _Budget:
    """How much may still be unpacked: the directory of a zip file may lie."""

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise unpacked_too_large()


def _sheets(book: zipfile.ZipFile) -> Scan:
    root, rels = _small_xml(book, "xl/workbook.xml"), _small_xml(book, "xl/_rels/workbook.xml.rels")
    targets = {rel.get("Id"): str(rel.get("Target")) for rel in rels}
    listed = [element for element in root.iter() if element.tag.endswith("}sheet")]
    visible = [
        one for one in listed if one.get("state") in (None, "visible") and "sheets/" in targets.get(one.get(_REL), "")
    ]
    sheets = [one for one in visible if "worksheets/" in targets[one.get(_REL)]]
    if not sheets:
        raise bad_workbook()
    target = targets[sheets[0].get(_REL)].lstrip("/")
    part = target if target.startswith("xl/") else f"xl/{target}"
    return Scan(str(sheets[0].get("name")), part, [str(one.get("name")) for one in listed if one is not sheets[0]])


def _small_xml(book: zipfile.ZipFile, name: str) -> Any:
    with book.open(name) as part:
        return fromstring(part.read(4 * CHUNK), forbid_dtd=True)


def _inflate(file: IO[bytes], part: zipfile.ZipInfo, budget: _Budget) -> Iterator[bytes]:
    """The true content of a part, whatever size the directory claims."""
    file.seek(part.header_offset)
    head = file.read(30)
    if head[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile("no local header")
    file.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), 1)
    left, unzip = (
        part.compress_size,
        zlib.decompressobj(-zlib.MAX_WBITS) if part.compress_type == zipfile.ZIP_DEFLATED else None,
    )
    while left > 0:
        packed = file.read(min(CHUNK, left))
        if not packed:
            raise zipfile.BadZipFile("cut off")
        left -= len(packed)
        yield from _unpack(unzip, packed, budget)


def _unpack(unzip: Any, packed: bytes, budget: _Budget) -> Iterator[bytes]:
    if unzip is None:
        budget.spend(len(packed))
        yield packed
        return
    while packed:
        plain = unzip.decompress(packed, 4 * CHUNK)
        budget.spend(len(plain))
        yield plain
        packed = unzip.unconsumed_tail


def _refuse_entities(chunks: Iterator[bytes]) -> None:
    tail = b""
    for chunk in chunks:
        _refuse_entity(tail + chunk)
        tail = chunk[-16:]


def _refuse_entity(piece: bytes) -> None:
    if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
        raise bad_workbook()


def _scan_sheet(chunks: Iterator[bytes], found: Scan) -> None:
    """Row by row over the raw bytes, in pieces that end where a row begins."""
    kept, last = b"", 0
    for chunk in chunks:
        kept += chunk
        cut = kept.rfind(_ROW_END)
        if cut >= 0:
            cut += len(_ROW_END)
            last = _scan_piece(kept[:cut], found, last)
            kept = kept[cut:]
        elif len(kept) > 32 * CHUNK:
            raise bad_workbook()
    _scan_piece(kept, found, last)


def _scan_piece(piece: bytes, found: Scan, last: int) -> int:
    """Look at whole rows; returns the number of the last one."""
    _refuse_entity(piece)
    at = _formula_at(piece)
    if at >= 0:
        raise _formula(piece, at)
    rows = list(_ROW.finditer(piece))
    ends = [row.start() for row in rows[1:]] + [len(piece)]
    for row, end in zip(rows, ends, strict=False):
        last = _scan_row(row.group(1), piece, row.end(), end, found, last)
    return last


def _scan_row(attributes: bytes, piece: bytes, start: int, end: int, found: Scan, last: int) -> int:
    number = _NUMBER(attributes)
    row_no = int(number.group(1)) if number else last + 1
    if row_no <= last:
        raise bad_workbook()
    last_cell = piece.rfind(b'r="', start, end)
    if last_cell >= 0 and _FAR_RIGHT(piece, last_cell):
        message = _(
            "The sheet uses more than 100 columns. Delete the columns to the right of the table and save it again."
        )
        raise DomainError("too_many_columns", message, "file", 413)
    if row_no > LAST_ROW_NO and _VALUE(piece, start, end):
        raise too_many_rows()
    if b"hidden" in attributes and _HIDDEN(attributes) and len(found.hidden_rows) < MOST_HIDDEN_NAMED:
        found.hidden_rows.append(row_no)
    return row_no


def _formula_at(piece: bytes) -> int:
    """Where the first formula stands; -1 when there is none."""
    found = [at for mark in _FORMULAS if (at := piece.find(mark)) >= 0]
    if b":row" in piece and (prefixed := _PREFIXED_FORMULA(piece)):
        found.append(prefixed.start())
    return min(found, default=-1)


def _formula(piece: bytes, at: int) -> DomainError:
    cells = _CELL.findall(piece[max(0, at - 2000) : at])
    message = _(
        "Cell %(cell)s holds a formula; its stored result may be out of date. Copy the sheet and paste it as values."
    )
    return DomainError("formula_cells", message, "file", 415, cell=cells[-1].decode() if cells else "?")


def rows(file: IO[bytes]) -> Iterator[tuple[int, list[Any]]]:
    """(row number, cells) of a file that is read at one go. Raises what `scan` raises, and `hidden_rows`."""
    found = scan(file)
    if found.hidden_rows:
        message = _("Row %(row)s of the sheet is hidden. Show or delete the hidden rows, and upload the file again.")
        raise DomainError("hidden_rows", message, "file", row=found.hidden_rows[0])
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as copy:
        file.seek(0)
        shutil.copyfileobj(file, copy)
        copy.flush()
        yield from cells(copy.name, found.sheet)


def typed(number: float) -> str:
    """A number as it would be typed, without the decimals that it has not."""
    return f"{Decimal(repr(number)):f}".removesuffix(".0")


def cells(path: str, sheet: str) -> Iterator[tuple[int, list[Any]]]:
    """(row number, cells) of every row that is not blank; stops after a thousand blank ones."""
    try:
        book = CalamineWorkbook.from_path(path)
        rows = book.get_sheet_by_name(sheet).iter_rows()
    except CalamineError as error:
        raise bad_workbook() from error
    blank = 0
    for row_no, row in enumerate(rows, start=1):
        if any(cell != "" for cell in row):
            blank = 0
            yield row_no, row
        else:
            blank += 1
            if blank > MOST_BLANK_ROWS:
                return
