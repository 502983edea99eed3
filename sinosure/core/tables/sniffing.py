"""What an upload really is, by its content, and whether it may be opened at all. Quick: the web process asks (rows 33–36)."""

from __future__ import annotations

import zipfile
from typing import IO, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from sinosure.core.errors import DomainError

MEGABYTE = 1024 * 1024
LARGEST_FILE = 64 * MEGABYTE
LARGEST_UNPACKED = 400 * MEGABYTE
HIGHEST_RATIO = 100
SMALL_PART = MEGABYTE  # below this a high ratio means nothing
MOST_PARTS, MOST_SHEETS = 2_000, 50
_NOT_TABLES = (
    b"%PDF",
    b"\xd0\xcf\x11\xe0",
    b"{\\rtf",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"MZ",
    b"\x7fELF",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
)
_MARKUP = (b"<html", b"<!doctype", b"<?xml", b"<table", b"<script", b"<svg")
_TEST_VIRUS = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR"


class FileKind(models.TextChoices):
    CSV = "CSV", _("CSV")
    XLSX = "XLSX", _("Excel")


def sniff(file: IO[bytes], size: int) -> FileKind:
    """CSV or XLSX. Raises `file_empty` (400), `file_too_large` (413), `file_type` and those of `check_parts` (415, 413)."""
    if size == 0:
        raise DomainError("file_empty", _("The file is empty."), "file", 400)
    if size > LARGEST_FILE:
        raise DomainError("file_too_large", _("The file is larger than 64 MB. Split it."), "file", 413)
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    if head.startswith(b"PK\x03\x04"):
        check_parts(file)
        return FileKind.XLSX
    _refuse_other_kinds(head)
    return FileKind.CSV


def _refuse_other_kinds(head: bytes) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(_NOT_TABLES) or start.startswith(_MARKUP) or _TEST_VIRUS in head:
        raise _wrong_type()
    is_utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if head.startswith(b"\xff\xfe\x00\x00") or head.startswith(b"\x00\x00\xfe\xff"):
        raise _wrong_type()
    if b"\x00" in head and not is_utf16:
        message = _(
            "The file holds NUL characters, so it is not a text file. Save it as “CSV UTF-8” or as Excel (.xlsx)."
        )
        raise DomainError("nul_characters", message, "file", 400)


def _wrong_type() -> DomainError:
    message = _(
        "This is not an Excel (.xlsx) or CSV file. Open it in a spreadsheet and save it as Excel workbook (.xlsx)."
    )
    return DomainError("file_type", message, "file", 415)


def check_parts(file: IO[bytes]) -> None:
    """The directory of a workbook, nothing unpacked but its list of types."""
    try:
        with zipfile.ZipFile(file) as book:
            parts = book.infolist()
            _check_sizes(parts)
            _check_names([part.filename for part in parts], book)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise bad_workbook() from error
    finally:
        file.seek(0)


def bad_workbook() -> DomainError:
    message = _("The workbook is damaged or not a plain Excel file. Open it, save it anew as .xlsx, and upload that.")
    return DomainError("bad_workbook", message, "file", 415)


def unpacked_too_large() -> DomainError:
    message = _("Unpacked, the workbook is larger than can be taken. Save the sheet with the table alone, or split it.")
    return DomainError("unpacked_too_large", message, "file", 413)


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise unpacked_too_large()
    for part in parts:
        if part.file_size > max(SMALL_PART, HIGHEST_RATIO * part.compress_size):
            raise unpacked_too_large()
        if part.flag_bits & 0x1:
            raise bad_workbook()


def _check_names(names: list[str], book: Any) -> None:
    if len(set(names)) != len(names) or any(name.startswith("/") or ".." in name or "\\" in name for name in names):
        raise bad_workbook()
    lowered = {name.lower() for name in names}
    if "xl/workbook.xml" not in lowered or "[content_types].xml" not in lowered:
        raise _wrong_type()
    with book.open(next(name for name in names if name.lower() == "[content_types].xml")) as part:
        types = part.read(MEGABYTE)
    if b"macroenabled" in types.lower() or any(name.endswith("vbaproject.bin") for name in lowered):
        message = _("The workbook holds macros. Save it as Excel workbook (.xlsx) without macros.")
        raise DomainError("macros", message, "file", 415)
    if any(name.startswith("xl/externallinks/") for name in lowered):
        message = _("The workbook takes figures from other files. Paste them as values and upload it again.")
        raise DomainError("external_links", message, "file", 415)
    if sum(name.startswith("xl/worksheets/") and name.endswith(".xml") for name in lowered) > MOST_SHEETS:
        raise unpacked_too_large()
