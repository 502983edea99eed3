"""Read a list of exporters, CSV or XLSX, cell by cell and strictly: each row is good or says what is wrong with it."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from policies.uscc import parse_uscc
from sinosure.core.errors import DomainError
from sinosure.core.parsing import clean_name, narrow, parse_amount
from sinosure.core.tables import text, workbook
from sinosure.core.tables.sniffing import FileKind, sniff

LARGEST_FILE = 8 * 1024 * 1024
MOST_ROWS = 50_000
HEADER_WITHIN = 20
COLUMNS: dict[str, tuple[str, ...]] = {
    "uscc": ("统一社会信用代码", "信用代码", "unified social credit code", "credit code", "uscc"),
    "name_zh": ("企业名称", "企业中文名称", "chinese name", "name_zh", "name"),
    "name_en": ("企业英文名称", "英文名称", "english name", "name_en"),
    "city": ("地市", "所在地市", "城市", "city"),
    "exports_last_year": ("上年度出口额（美元）", "上年度出口额", "上年出口额", "exports last year (usd)", "exports_last_year"),
}  # fmt: skip
REQUIRED = ("uscc", "name_zh", "city", "exports_last_year")
TOTALS = ("合计", "总计", "total", "totals")
HEADINGS = tuple(names[0] for names in COLUMNS.values())


@dataclass(frozen=True)
class Row:
    """A row as understood; `code` is blank when nothing is wrong with it."""

    row_no: int
    raw: dict[str, str]
    uscc: str = ""
    name_zh: str = ""
    name_en: str = ""
    city: str = ""
    exports_last_year: Decimal | None = None
    code: str = ""
    field: str = ""
    message: str = ""
    params: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """All rows, and the encoding where it is not beyond doubt."""

    rows: list[Row]
    encoding: str


def read(file: IO[bytes], size: int) -> Table:
    """Raises what `sniff`, `encoding_of` and `scan` raise, `columns_missing`, `no_rows`, `hidden_rows` and `too_many_rows`."""
    if size > LARGEST_FILE:
        message = _("The file is larger than 8 MB. A list has at most 50,000 rows: split it.")
        raise DomainError("file_too_large", message, "file", 413)
    if sniff(file, size) == FileKind.XLSX:
        return Table(_rows(workbook.rows(file)), "")
    encoding, is_sure = text.encoding_of(file)
    return Table(_rows(text.cells(file, encoding)), "" if is_sure else encoding)


def _rows(cells: Iterator[tuple[int, Sequence[Any]]]) -> list[Row]:
    places, rest = _heading(cells)
    with override(None):  # faults are kept as msgids
        rows = [_row(row_no, row, places) for row_no, row in itertools.islice(rest, MOST_ROWS + 1) if not _is_sum(row)]
    if len(rows) > MOST_ROWS:
        raise DomainError("too_many_rows", _("A list has at most 50,000 rows. Split it."), "file", 413)
    if not rows:
        raise DomainError("no_rows", _("The file has no rows."), "file", 400)
    return rows


def _heading(cells: Iterator[tuple[int, Sequence[Any]]]) -> tuple[dict[str, int], Iterator[tuple[int, Sequence[Any]]]]:
    """Where each field stands, by the first row that names three of them, and the rows below it."""
    for _row_no, row in itertools.islice(cells, HEADER_WITHIN):
        names = [_plain(cell) for cell in row]
        places = {
            name: names.index(one) for name, known in COLUMNS.items() for one in map(_plain, known) if one in names
        }
        if len(places) >= 3:
            break
    else:
        places = {}
    missing = [COLUMNS[name][0] for name in REQUIRED if name not in places]
    if missing:
        message = _("The file has no column %(names)s. Use the template.")
        raise DomainError("columns_missing", message, "file", names="、".join(missing))
    return places, cells


def _plain(cell: Any) -> str:
    return "".join(narrow(str(cell)).casefold().replace("（", "(").replace("）", ")").strip("*: ").split(" ")).strip()


def _is_sum(row: Sequence[Any]) -> bool:
    return any(str(cell).strip().casefold() in TOTALS for cell in row[:2])


def _row(row_no: int, cells: Sequence[Any], places: dict[str, int]) -> Row:
    raw = {name: _as_text(cells[place]) if place < len(cells) else "" for name, place in places.items()}
    found: dict[str, Any] = {}
    for name, parse in _READERS.items():
        try:
            found[name] = parse(raw.get(name, ""))
        except DomainError as error:
            params = {key: str(value) for key, value in error.params.items()}
            return Row(row_no, raw, **found, code=error.code, field=name, message=str(error.message), params=params)
    return Row(row_no, raw, **{**found, "name_en": found["name_en"] or found["name_zh"]})


def _as_text(cell: Any) -> str:
    """A number of a sheet as it would be typed; 15 digits are what a sheet keeps, so a longer code is refused by its form."""
    if isinstance(cell, float):
        return workbook.typed(cell)
    return str(cell).strip()


def _code(raw: str) -> str:
    return parse_uscc(raw).value


def _named(raw: str, longest: int = 200) -> str:
    name = clean_name(raw, longest).value
    if not name:
        raise DomainError("required", _("This cell is empty."))
    return name


def _amount(raw: str) -> Decimal:
    if not raw:
        raise DomainError("required", _("This cell is empty."))
    return parse_amount(raw, "USD", allow_zero=True).value


_READERS: dict[str, Callable[[str], Any]] = {
    "uscc": _code,
    "name_zh": _named,
    "name_en": lambda raw: clean_name(raw).value,
    "city": lambda raw: _named(raw, 60),
    "exports_last_year": _amount,
}
