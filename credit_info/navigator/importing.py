"""Take in a file of trade records: strict reading row by row, COPY into a staging table, the rest as statements over all rows.

A row with a fault is put aside with its column and reason. A record that is known already stands as it is, or is replaced
where whoever brings the file says so. The sums follow in the same transaction.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from credit_info.navigator import upkeep
from credit_info.navigator.models import TradeImport, TradeWindow
from credit_info.navigator.reading import COLUMNS, HEADINGS, Reader
from credit_info.tables import table
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.reference.models import Country

BLOCK = 50_000
_STAGE = """
    DROP TABLE IF EXISTS trade_stage, trade_buyer;
    CREATE TEMPORARY TABLE trade_stage (
        row_no int, code text, key text, country_id varchar(2), hs6 varchar(6), origin_id varchar(2), month date,
        weight_kg numeric(18,3), amount numeric(18,3), count bigint, obligor_id bigint) ON COMMIT DROP
"""
_COPY = "COPY trade_stage (row_no, code, key, country_id, hs6, origin_id, month, weight_kg, amount, count) FROM STDIN"
_COPY_FAULTS = 'COPY credit_info_tradefault (batch_id, row_no, "column", code, value) FROM STDIN'
_BUYERS = """
    CREATE TEMPORARY TABLE trade_buyer ON COMMIT DROP AS
    SELECT b.code, b.key, b.country_id, coalesce(o.merged_into_id, o.id) AS obligor_id
    FROM (SELECT DISTINCT code, key, country_id FROM trade_stage) b
    JOIN LATERAL (
        SELECT o.id, o.merged_into_id, 1 AS place FROM credit_info_obligor o WHERE o.code = b.code AND o.kind = 'BUYER'
        UNION ALL SELECT o.id, o.merged_into_id, 2 FROM credit_info_identifier i JOIN credit_info_obligor o ON o.id = i.obligor_id
        WHERE i.key = b.key AND i.country_id = b.country_id AND i.kind = 'REGISTER' AND o.kind = 'BUYER'
        ORDER BY place LIMIT 1) o ON true
"""
_RESOLVE = """
    UPDATE trade_stage s SET obligor_id = b.obligor_id FROM trade_buyer b
    WHERE b.code = s.code AND b.key = s.key AND b.country_id = s.country_id
"""
_UNKNOWN = """
    WITH gone AS (DELETE FROM trade_stage WHERE obligor_id IS NULL RETURNING row_no, code)
    INSERT INTO credit_info_tradefault (batch_id, row_no, "column", code, value)
    SELECT %(batch)s, row_no, 'buyer', 'unknown_buyer', left(code, 200) FROM gone
"""
_KEY = ("obligor_id", "month", "hs6", "origin_id", "country_id")
_TWICE = f"""
    WITH twice AS (SELECT row_no, row_number() OVER (PARTITION BY {", ".join(_KEY)} ORDER BY row_no) AS place FROM trade_stage),
    gone AS (DELETE FROM trade_stage s USING twice t WHERE t.row_no = s.row_no AND t.place > 1 RETURNING s.row_no, s.code)
    INSERT INTO credit_info_tradefault (batch_id, row_no, "column", code, value)
    SELECT %(batch)s, row_no, 'buyer', 'duplicate_in_file', left(code, 200) FROM gone
"""  # noqa: S608  only constants of this module
_SAME = " AND ".join(f"r.{name} = s.{name}" for name in _KEY)
_DIFFERS = "(r.weight_kg, r.amount, r.count) IS DISTINCT FROM (s.weight_kg, s.amount, s.count)"
_CHANGED = f"""
    INSERT INTO trade_delta
    SELECT s.obligor_id, s.country_id, s.hs6, s.origin_id, s.month, s.weight_kg - r.weight_kg, s.amount - r.amount, s.count - r.count
    FROM trade_stage s JOIN credit_info_traderecord r ON {_SAME} WHERE {_DIFFERS}
"""  # noqa: S608
_REPLACE = f"""
    UPDATE credit_info_traderecord r SET weight_kg = s.weight_kg, amount = s.amount, count = s.count, batch_id = %(batch)s
    FROM trade_stage s WHERE {_SAME} AND {_DIFFERS}
"""  # noqa: S608
_KNOWN = f"DELETE FROM trade_stage s USING credit_info_traderecord r WHERE {_SAME}"  # noqa: S608
_ADD = """
    INSERT INTO credit_info_traderecord (obligor_id, country_id, hs6, origin_id, month, weight_kg, amount, count, batch_id)
    SELECT obligor_id, country_id, hs6, origin_id, month, weight_kg, amount, count, %(batch)s FROM trade_stage ORDER BY row_no
"""
_ADDED = """
    INSERT INTO trade_delta
    SELECT obligor_id, country_id, hs6, origin_id, month, weight_kg, amount, count FROM trade_stage
"""


@transaction.atomic
def take_in(
    *, actor: Actor, upload: BinaryIO, file_name: str, source: str, is_synthetic: bool = False, replace: bool = False
) -> TradeImport:
    """A file of trade records. Raises `same_file` (409), `bad_encoding`, `bad_heading`, …; faults of rows are kept beside it."""
    if not actor.can("trade.import"):
        raise NotAllowed()
    window = upkeep.begin()
    batch = TradeImport.objects.create(
        file_name=file_name[:200], sha256=_new_digest(upload), source=source, is_synthetic=is_synthetic, taken_at=clock.now(),
        taken_by_id=actor.user_id,
    )  # fmt: skip
    _run(_STAGE)
    batch.rows = _stage(batch, upload)
    _book(batch, window, replace)
    detail = {"rows": batch.rows, "added": batch.added, "replaced": batch.replaced, "source": source}
    audit.record(actor, "trade.imported", batch, detail=detail)
    return batch


def _new_digest(upload: BinaryIO) -> str:
    """The SHA-256 of a file that was not taken in before."""
    digest = hashlib.sha256()
    while piece := upload.read(1 << 20):
        digest.update(piece)
    upload.seek(0)
    earlier = TradeImport.objects.filter(sha256=digest.hexdigest()).first()
    if earlier is not None:
        message = _("The same file was taken in on %(day)s as “%(name)s”. Nothing was counted twice.")
        day = f"{clock.business_date(earlier.taken_at):%Y-%m-%d}"
        raise DomainError("same_file", message, field="file", status=409, day=day, name=earlier.file_name)
    return digest.hexdigest()


def _stage(batch: TradeImport, upload: BinaryIO) -> int:
    """Read every row, write the good ones to the staging table; how many rows there were."""
    names, rows = table(upload, HEADINGS, set(COLUMNS))
    known = set(Country.objects.values_list("code", flat=True))
    places = {name: names.index(name) for name in COLUMNS}
    reader = Reader(places, len(names), known, clock.today().replace(day=1))
    good, bad, count = io.StringIO(), io.StringIO(), 0
    for row_no, cells in _filled(rows):
        count += 1
        try:
            good.write(f"{row_no}\t{reader.read(cells)}\n")
        except DomainError as error:
            bad.write(
                f"{batch.pk}\t{row_no}\t{error.field}\t{error.code}\t{_quoted(reader.cell(cells, str(error.field)))}\n"
            )
        if count % BLOCK == 0:
            _write(good, bad)
    _write(good, bad)
    return count


def _filled(rows: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, numbered as a spreadsheet shows them: the heading is row 1."""
    return ((number, cells) for number, cells in enumerate(rows, 2) if any(cell.strip() for cell in cells))


def _quoted(text: str) -> str:
    kept = "".join(c for c in text[:200] if c.isprintable())
    return kept.replace("\\", "\\\\")


def _write(good: io.StringIO, bad: io.StringIO) -> None:
    with connection.cursor() as cursor:
        for sql, lines in ((_COPY, good), (_COPY_FAULTS, bad)):
            lines.seek(0)
            cursor.copy_expert(sql, lines)
            lines.seek(0)
            lines.truncate()


def _book(batch: TradeImport, window: TradeWindow, replace: bool) -> None:
    """From the staging table into the records and the sums, in statements over all rows."""
    values = {"batch": batch.pk}
    for sql in ("ANALYZE trade_stage", _BUYERS, _RESOLVE, _UNKNOWN, _TWICE):
        _run(sql, values)
    batch.refused = batch.faults.count()
    upkeep.leave(window, _newest())
    if replace:
        _run(_CHANGED)
        batch.replaced = _run(_REPLACE, values)
    batch.known = _run(_KNOWN) - batch.replaced
    batch.added = _run(_ADD, values)
    _run(_ADDED)
    upkeep.settle(window)
    batch.save(update_fields=["rows", "added", "replaced", "known", "refused"])


def _newest() -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(month) FROM trade_stage")
        return cursor.fetchone()[0]


def _run(sql: str, values: Any = None) -> int:
    """One statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)
