"""The check of a file: read its headings, read every row strictly, stage, resolve, and show what booking it would mean."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import IO, Any

from django.db import connection, transaction
from django.db.models import Count
from django.utils.translation import override

from declarations.importer import mapping, resolving, sql
from declarations.importer.rows import RowReader
from declarations.importer.staging import Stage
from declarations.models import BatchState, FileKind, ImportBatch, ImportRow, RowError
from declarations.sellers import sellers_of
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.parsing import narrow
from sinosure.core.tables import text, workbook
from sinosure.core.tables.limits import MOST_ROWS, too_many_rows

PIECE = 10_000
SAMPLE_ROWS = 5
TOTALS = {"合计", "总计", "小计", "total", "totals", "sum", "grand total", "合 计", "总 计"}
Row = tuple[int, list[Any]]


def check(batch: ImportBatch) -> None:
    """From UPLOADED or CHECKING to MAPPING, READY or FAILED. May be run again from the start at any time."""
    with override(None):  # faults are stored as msgids
        try:
            _check(batch)
        except DomainError as error:
            fail(batch, error)


def fail(batch: ImportBatch, error: DomainError) -> None:
    params = {name: str(value) for name, value in error.params.items()}
    batch.state, batch.failure = (
        BatchState.FAILED,
        {"code": error.code, "message": str(error.message), "params": params},
    )
    batch.save(update_fields=["state", "failure"])
    ImportRow.objects.filter(batch_id=batch.pk).delete()


def _check(batch: ImportBatch) -> None:
    with batch.file.open("rb") as file:
        rows = _source(batch, file) if batch.layout else _find_layout(batch, file)
        if not batch.mapping_confirmed:
            batch.state = BatchState.MAPPING
            batch.save(update_fields=["state"])
            return
        batch.state = BatchState.CHECKING
        batch.save(update_fields=["state"])
        _read(batch, rows)
    preview(batch)


def _find_layout(batch: ImportBatch, file: IO[bytes]) -> Iterator[Row]:
    """Headings, a sample, and everything that the person should confirm before the rows are read; returns all rows."""
    doubts: dict[str, Any] = {}
    if batch.kind == FileKind.XLSX:
        found = workbook.scan(file)
        batch.layout = {"sheet": found.sheet}
        doubts = {"hidden_rows": found.hidden_rows, "other_sheets": found.other_sheets}
    else:
        batch.encoding, is_sure = text.encoding_of(file)
        doubts = {"encoding": "" if is_sure else batch.encoding}
    rows = _source(batch, file)
    first = list(itertools.islice(rows, 40))
    heading = mapping.find_heading(first)
    sample = [[str(cell)[:60] for cell in cells] for row_no, cells in first if row_no > heading.row_no][:SAMPLE_ROWS]
    doubts["unknown"] = list(heading.unknown)
    doubts["missing"] = mapping.missing(heading.mapping)
    batch.layout = {
        **batch.layout,
        "heading_row": heading.row_no,
        "headings": list(heading.texts),
        "sample": sample,
        "doubts": {name: value for name, value in doubts.items() if value},
    }
    batch.mapping = heading.mapping
    batch.mapping_confirmed = heading.is_certain and not batch.layout["doubts"]
    batch.save(update_fields=["layout", "mapping", "mapping_confirmed", "encoding"])
    return itertools.chain(first, rows)


def _source(batch: ImportBatch, file: IO[bytes]) -> Iterator[Row]:
    if batch.kind == FileKind.XLSX:
        return workbook.cells(batch.file.path, batch.layout["sheet"])
    return text.cells(file, batch.encoding)


def _read(batch: ImportBatch, rows: Iterator[Row]) -> None:
    """Every row below the headings into the staging table, ten thousand at a time, with real progress."""
    ImportRow.objects.filter(batch_id=batch.pk).delete()
    RowError.objects.filter(batch_id=batch.pk).delete()
    reader, stage = reader_of(batch), Stage(batch.pk)
    total, skipped = 0, []
    for row_no, cells in rows:
        if row_no <= batch.layout["heading_row"]:
            continue
        cells = corrected(batch, row_no, cells)
        if is_totals_row(cells, batch.mapping):
            skipped.append(row_no)
            continue
        total += 1
        if total > MOST_ROWS:
            raise too_many_rows()
        stage_row(reader, stage, row_no, cells)
        if len(stage) >= PIECE:
            _write_piece(batch, stage, total)
    _write_piece(batch, stage, total)
    if not total:
        raise DomainError("no_rows", "The file has no rows.", "file", 400)
    batch.rows_total, batch.layout["totals_rows"] = total, skipped[:50]
    batch.save(update_fields=["rows_total", "layout"])


def reader_of(batch: ImportBatch) -> RowReader:
    """Reads rows of this file as its policy asks."""
    return RowReader(batch.mapping, clock.today(), batch.policy.wording.named, sellers_of(batch.policy))


def stage_row(reader: RowReader, stage: Stage, row_no: int, cells: list[Any]) -> None:
    found, faults = reader.read(cells)
    if faults:
        stage.bad(row_no, reader.raw(cells), faults)
    else:
        stage.good(row_no, found)


def _write_piece(batch: ImportBatch, stage: Stage, done: int) -> None:
    stage.write()
    ImportBatch.objects.filter(pk=batch.pk).update(rows_done=done)
    batch.rows_done = done


def corrected(batch: ImportBatch, row_no: int, cells: list[Any]) -> list[Any]:
    """The cells with what was mended in place."""
    changes = batch.corrections.get(str(row_no))
    if not changes:
        return cells
    width = max(len(cells), *(batch.mapping[name] + 1 for name in changes if name in batch.mapping), 0)
    mended = [*cells, *[""] * (width - len(cells))]
    for name, value in changes.items():
        if name in batch.mapping:
            mended[batch.mapping[name]] = value
    return mended


def is_totals_row(cells: list[Any], columns: dict[str, int]) -> bool:
    """A row of sums at the foot of the table: it says so, or has no invoice and no buyer."""
    if _has(cells, columns, "shipped_on"):
        return False
    words = [narrow(cell).casefold() for cell in cells if type(cell) is str and cell]
    return any(word in TOTALS for word in words[:3]) and len(words) <= 4


def _has(cells: list[Any], columns: dict[str, int], name: str) -> bool:
    index = columns.get(name, -1)
    return 0 <= index < len(cells) and cells[index] != ""


@transaction.atomic
def preview(batch: ImportBatch) -> None:
    """What booking would mean now; faults that only the database can see are added to the list."""
    RowError.objects.filter(batch_id=batch.pk, row_no__in=_read_rows(batch)).delete()
    resolving.resolve(batch, knows_of_loss=batch.knows_of_loss)
    with connection.cursor() as cursor:
        cursor.execute(sql.KEEP_FAULTS, {"batch": batch.pk})
        shown = summary(cursor)
    batch.preview = shown
    batch.rows_bad = RowError.objects.filter(batch_id=batch.pk).values("row_no").distinct().count()
    batch.rows_total = ImportRow.objects.filter(batch_id=batch.pk).count()
    batch.rows_good = batch.rows_total - batch.rows_bad
    batch.state = BatchState.READY
    batch.save(update_fields=["preview", "rows_bad", "rows_good", "rows_total", "state"])


def _read_rows(batch: ImportBatch) -> Any:
    return ImportRow.objects.filter(batch_id=batch.pk, is_read=True).values("row_no")


_TOTALS = """
    SELECT count(*), COALESCE(sum(policy_amount), 0), COALESCE(sum(exposure) FILTER (WHERE hold = ''), 0), COALESCE(sum(covered), 0),
        COALESCE(sum(premium) FILTER (WHERE hold = ''), 0), count(*) FILTER (WHERE is_late), count(*) FILTER (WHERE hold = 'LATE'),
        min(shipped_on), max(shipped_on)
    FROM priced
"""
_BY_CURRENCY = "SELECT currency, count(*), sum(amount) FROM staged GROUP BY currency ORDER BY count(*) DESC, currency"
_BY_REASON = """
    SELECT CASE WHEN reason <> '' THEN reason WHEN covered < exposure THEN 'OVER_LIMIT' ELSE '' END AS why, count(*),
        sum(exposure - covered)
    FROM priced WHERE hold = '' GROUP BY why ORDER BY sum(exposure - covered) DESC
"""
_BY_BUYER = """
    SELECT o.code, o.name, count(*), sum(p.policy_amount), sum(p.covered), sum(p.premium)
    FROM priced p JOIN credit_info_obligor o ON o.id = p.obligor_id
    GROUP BY o.code, o.name ORDER BY sum(p.policy_amount) DESC LIMIT 20
"""


def summary(cursor: Any) -> dict[str, Any]:
    """Totals of `priced`, as plain strings. Nothing here tells that a paper was seen at another insured."""
    cursor.execute(_TOTALS)
    lines, value, exposure, covered, premium, late, review, first, last = cursor.fetchone()
    found: dict[str, Any] = {
        "lines": lines,
        "value": str(value),
        "exposure": str(exposure),
        "covered": str(covered),
        "uncovered": str(exposure - covered),
        "premium": str(premium),
        "late": late,
        "review": review,
        "first": str(first or ""),
        "last": str(last or ""),
    }
    cursor.execute(_BY_CURRENCY)
    found["by_currency"] = [[code, count, str(total)] for code, count, total in cursor.fetchall()]
    cursor.execute(_BY_REASON)
    found["by_reason"] = [[why, count, str(total)] for why, count, total in cursor.fetchall()]
    cursor.execute(_BY_BUYER)
    found["by_buyer"] = [[code, name, count, *map(str, sums)] for code, name, count, *sums in cursor.fetchall()]
    return found


def faults_by_code(batch: ImportBatch) -> list[dict[str, Any]]:
    """How often each fault occurs, the most frequent first."""
    rows = RowError.objects.filter(batch_id=batch.pk).values("column", "code")
    return list(rows.annotate(n=Count("id")).order_by("-n", "code")[:30])
