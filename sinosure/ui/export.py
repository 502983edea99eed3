"""Excel and CSV of exactly what is filtered. Cells that a spreadsheet would run as a formula are disarmed."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse

from sinosure.core import clock
from sinosure.ui.show import plain_amount

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
ROW_CAP = 200_000
CHUNK = 2_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Column:
    """A column of the file. `source`: attribute path or function; `kind`: text, amount, number, date, moment, ratio.

    An amount is written with the decimals of the currency found at `currency` (attribute path or code).
    """

    title: Any
    source: str | Callable[[Any], Any]
    kind: str = "text"
    currency: str = ""
    width: int = 0

    def read(self, row: Any) -> Any:
        return self.source(row) if callable(self.source) else _follow(row, self.source)


def wants_export(request: HttpRequest) -> bool:
    return request.GET.get("export") in ("xlsx", "csv")


def export(request: HttpRequest, rows: Iterable[Any], columns: Sequence[Column], name: str) -> HttpResponseBase:
    """The file asked for by `?export=xlsx|csv`, at most ROW_CAP rows."""
    source = _stream(rows)
    stem = f"{name}-{clock.today():%Y%m%d}"
    if request.GET.get("export") == "csv":
        return _csv(source, columns, stem)
    return _xlsx(source, columns, stem)


def disarm(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _stream(rows: Iterable[Any]) -> Iterator[Any]:
    if isinstance(rows, QuerySet):
        return rows[:ROW_CAP].iterator(chunk_size=CHUNK)
    return iter(rows)


def _follow(row: Any, path: str) -> Any:
    for step in path.split("."):
        row = row.get(step) if isinstance(row, dict) else getattr(row, step, None)
        row = row() if callable(row) else row
    return row


def _as_text(column: Column, row: Any) -> str:
    """A cell of a CSV."""
    value = column.read(row)
    if value is None:
        return ""
    if column.kind == "amount":
        return plain_amount(value, _currency(column, row)).replace(",", "")
    if isinstance(value, datetime):
        return value.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date | Decimal | int):
        return str(value)
    return disarm(str(value))


def _currency(column: Column, row: Any) -> str:
    known = column.currency.isupper() and len(column.currency) == 3
    return column.currency if known else str(_follow(row, column.currency or "currency") or "USD")


def _csv(rows: Iterable[Any], columns: Sequence[Column], stem: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_csv_lines(rows, columns), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{stem}.csv"'
    return response


def _csv_lines(rows: Iterable[Any], columns: Sequence[Column]) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, which Excel needs to see Chinese."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_MINIMAL)
    yield b"\xef\xbb\xbf"
    writer.writerow([disarm(str(column.title)) for column in columns])
    for row in rows:
        writer.writerow([_as_text(column, row) for column in columns])
        if buffer.tell() > 32_000:
            yield _drain(buffer)
    yield _drain(buffer)


def _drain(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return text


def _xlsx(rows: Iterable[Any], columns: Sequence[Column], stem: str) -> FileResponse:
    file = tempfile.TemporaryFile()  # noqa: SIM115  FileResponse closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    _write_sheet(book, rows, columns)
    book.close()
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{stem}.xlsx", content_type=XLSX)


def _write_sheet(book: Any, rows: Iterable[Any], columns: Sequence[Column]) -> None:
    sheet, formats = book.add_worksheet(), _Formats(book)
    for x, column in enumerate(columns):
        sheet.set_column(x, x, column.width or (16 if column.kind != "text" else 24))
        sheet.write_string(0, x, str(column.title), formats.head)
    sheet.freeze_panes(1, 0)
    y = 0
    for y, row in enumerate(rows, start=1):
        for x, column in enumerate(columns):
            _write_cell(sheet, formats, y, x, column, row)
    sheet.autofilter(0, 0, max(y, 1), max(len(columns) - 1, 0))


def _write_cell(sheet: Any, formats: _Formats, y: int, x: int, column: Column, row: Any) -> None:
    value = column.read(row)
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_datetime(y, x, value.astimezone(clock.SHANGHAI).replace(tzinfo=None), formats.moment)
    elif isinstance(value, date):
        sheet.write_datetime(y, x, datetime(value.year, value.month, value.day), formats.day)  # noqa: DTZ001  a cell has no zone
    elif isinstance(value, Decimal | int) and not isinstance(value, bool):
        currency = _currency(column, row) if column.kind == "amount" else ""
        sheet.write_number(y, x, value, formats.number(column.kind, currency))
    else:
        text = str(value)
        sheet.write_string(y, x, text, formats.quoted if text.startswith(FORMULA_STARTS) else None)


class _Formats:
    """The cell formats of one workbook, made when first needed."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._numbers: dict[str, Any] = {}
        self.head = book.add_format({"bold": True, "bottom": 1})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.quoted = book.add_format({"quote_prefix": True})

    def number(self, kind: str, currency: str) -> Any:
        """Amounts with the decimals of their currency, fractions as percentages, other numbers as they are."""
        if kind == "ratio":
            return self._made("0.00%")
        if not currency:
            return None
        places = plain_amount(Decimal(0), currency).partition(".")[2]
        return self._made(f"#,##0.{places}" if places else "#,##0")

    def _made(self, pattern: str) -> Any:
        if pattern not in self._numbers:
            self._numbers[pattern] = self._book.add_format({"num_format": pattern})
        return self._numbers[pattern]
