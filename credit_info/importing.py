"""Take in a file of companies: strict reading row by row, COPY into a staging table, the rest as statements over all rows.

A row with a fault is put aside with its reason; a number that is known already is counted and left as it stands. New
rows that bear the name of a known company of the same country are put before an analyst as possible doubles.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from credit_info.indexing import count_tokens
from credit_info.models import RegisterFault, RegisterImport
from credit_info.models.register import REASONS
from credit_info.names import bare_name, number_key, tokens
from credit_info.services import HOME, parse_bic
from credit_info.tables import table
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.core.parsing import clean_name, parse_country
from sinosure.reference.models import Country

COLUMNS = ("name", "country", "registration_no", "local_name", "former_name", "bic", "city", "address", "section", "parent_no")  # fmt: skip
_HEADINGS = {
    "名称": "name", "国别": "country", "注册号": "registration_no", "当地语言名称": "local_name", "曾用名": "former_name",
    "城市": "city", "地址": "address", "行业": "section", "母公司注册号": "parent_no",
}  # fmt: skip
BLOCK = 50_000
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": " ", "\n": " ", "\r": " "})
_STAGE = """
    DROP TABLE IF EXISTS register_stage, register_stage_name;
    CREATE TEMPORARY TABLE register_stage (
        row_no int, obligor_id bigint DEFAULT nextval(pg_get_serial_sequence('credit_info_obligor', 'id')), name text, country text,
        registration_no text, number_key text, local_name text, former_name text, bic text, city text, address text,
        section smallint, parent_key text) ON COMMIT DROP;
    CREATE TEMPORARY TABLE register_stage_name (row_no int, country text, key text, tokens text[]) ON COMMIT DROP
"""
_COPY = (
    "COPY register_stage (row_no, name, country, registration_no, number_key, local_name, former_name, bic, city, address, "
    "section, parent_key) FROM STDIN"
)
_COPY_NAMES = "COPY register_stage_name (row_no, country, key, tokens) FROM STDIN"
_TWICE = """
    WITH twice AS (
        SELECT row_no, row_number() OVER (PARTITION BY country, number_key ORDER BY row_no) AS place FROM register_stage
        WHERE number_key <> ''
        UNION ALL SELECT row_no, row_number() OVER (PARTITION BY bic ORDER BY row_no) FROM register_stage WHERE bic <> ''),
    gone AS (DELETE FROM register_stage s USING twice t WHERE t.row_no = s.row_no AND t.place > 1 RETURNING s.row_no, s.registration_no)
    INSERT INTO credit_info_registerfault (batch_id, row_no, code, value)
    SELECT DISTINCT %s::bigint, row_no, 'duplicate_in_file', left(registration_no, 200) FROM gone
"""
_KNOWN = """
    DELETE FROM register_stage s WHERE EXISTS (
        SELECT 1 FROM credit_info_identifier i WHERE i.key = s.number_key AND i.country_id = s.country AND i.kind = 'REGISTER')
    OR (bic <> '' AND EXISTS (SELECT 1 FROM credit_info_obligor o WHERE o.bic = s.bic))
"""
# rows of a file whose parents lead back to themselves; a company that is known already has no parent in the file
_LOOPS = """
    WITH RECURSIVE up AS (
        SELECT row_no, country, number_key AS own, parent_key AS above, 1 AS steps FROM register_stage
        WHERE parent_key <> '' AND number_key <> ''
        UNION ALL
        SELECT up.row_no, up.country, up.own, s.parent_key, up.steps + 1 FROM up
        JOIN register_stage s ON s.country = up.country AND s.number_key = up.above
        WHERE s.parent_key <> '' AND up.above <> up.own AND up.steps < 50),
    gone AS (DELETE FROM register_stage s USING up WHERE up.row_no = s.row_no AND up.above = up.own
        RETURNING s.row_no, s.parent_key)
    INSERT INTO credit_info_registerfault (batch_id, row_no, code, value)
    SELECT DISTINCT %s::bigint, row_no, 'parent_loop', left(parent_key, 200) FROM gone
"""
_ADD = """
    WITH wanted AS (SELECT country, count(*) AS n FROM register_stage WHERE bic = '' GROUP BY country ORDER BY country),
    series AS (
        INSERT INTO documents_numberseries (series, last) SELECT 'B' || country, n FROM wanted
        ON CONFLICT (series) DO UPDATE SET last = documents_numberseries.last + EXCLUDED.last RETURNING series, last),
    numbered AS (
        SELECT s.*, row_number() OVER (PARTITION BY s.country, s.bic = '' ORDER BY row_no) AS place FROM register_stage s)
    INSERT INTO credit_info_obligor (id, kind, code, name, local_name, country_id, city, address, registration_no, bic, industry,
        group_name, section, standing, source, known_on, light, light_reasons, created_at)
    SELECT obligor_id, CASE WHEN bic = '' THEN 'BUYER' ELSE 'BANK' END,
        CASE WHEN bic <> '' THEN bic ELSE series || '-' || to_char(last - n + place, 'FM9999900000') END,
        name, local_name, numbered.country, city, address, registration_no, bic, '', '', section, 'ACTIVE',
        %(source)s, %(known_on)s, 'UNKNOWN',
        '[]', %(now)s
    FROM numbered LEFT JOIN wanted ON wanted.country = numbered.country LEFT JOIN series ON series.series = 'B' || numbered.country
"""
_NUMBERS = """
    INSERT INTO credit_info_identifier (obligor_id, kind, country_id, number, key, source, known_on)
    SELECT obligor_id, 'REGISTER', country, registration_no, number_key, %(source)s, %(known_on)s FROM register_stage WHERE number_key <> ''
"""
_ALIASES = """
    INSERT INTO credit_info_alias (obligor_id, kind, name, source) SELECT obligor_id, 'FORMER', former_name, %(source)s
    FROM register_stage WHERE former_name <> ''
"""
_NAMES = """
    INSERT INTO credit_info_searchname (obligor_id, country, key, tokens)
    SELECT s.obligor_id, n.country, n.key, n.tokens FROM register_stage_name n JOIN register_stage s USING (row_no)
"""
_PARENTS = """
    UPDATE credit_info_obligor o SET parent_id = i.obligor_id FROM register_stage s JOIN credit_info_identifier i
        ON i.key = s.parent_key AND i.country_id = s.country AND i.kind = 'REGISTER'
    WHERE o.id = s.obligor_id AND s.parent_key <> '' AND i.obligor_id <> o.id
"""
_DOUBLES = """
    INSERT INTO credit_info_mergesuggestion (kept_id, double_id, why, likeness, state, found_at)
    SELECT DISTINCT least(o.obligor_id, s.obligor_id), greatest(o.obligor_id, s.obligor_id), 'same_name', 1, 'OPEN', %(now)s::timestamptz
    FROM register_stage s JOIN credit_info_searchname n ON n.obligor_id = s.obligor_id
    JOIN credit_info_searchname o ON o.key = n.key AND o.country = n.country AND o.obligor_id <> s.obligor_id
    ON CONFLICT DO NOTHING
"""


@dataclass
class _Block:
    """Rows that were read, waiting for COPY."""

    rows: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    faults: list[RegisterFault] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)


@transaction.atomic
def take_in(*, actor: Actor, upload: BinaryIO, file_name: str, source: str, known_on: date) -> RegisterImport:
    """A file of companies. Raises `bad_encoding`, `bad_heading`, `in_the_future`; faults of single rows are kept beside it."""
    if not actor.can("buyers.edit"):
        raise NotAllowed()
    if known_on > clock.today():
        raise DomainError("in_the_future", _("The day of the source cannot be in the future."), field="known_on")
    batch = RegisterImport.objects.create(
        file_name=file_name[:200], source=source, known_on=known_on, taken_at=clock.now(), taken_by_id=actor.user_id
    )
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
    batch.rows = _stage(batch, upload)
    _book(batch)
    audit.record(actor, "register.imported", batch, detail={"rows": batch.rows, "added": batch.added, "source": source})
    return batch


def _stage(batch: RegisterImport, upload: BinaryIO) -> int:
    """Read every row, write the good ones to the staging table; how many rows there were."""
    block, known, count = _Block(), set(Country.objects.values_list("code", flat=True)), 0
    for count, row in enumerate(_rows(upload), 1):
        try:
            _read(block, count, row, known)
        except DomainError as error:
            value = row.get(error.field or "name", "").replace("\x00", "")[:200]
            block.faults.append(RegisterFault(batch=batch, row_no=count, code=error.code, value=value))
        if len(block.rows) >= BLOCK:
            _write(block)
    _write(block)
    count_tokens(block.seen.elements())
    return count


def _rows(upload: BinaryIO) -> Iterator[dict[str, str]]:
    names, rows = table(upload, _HEADINGS, {"name", "country"})
    for cells in rows:
        if any(cell.strip() for cell in cells):
            yield dict(zip(names, cells, strict=False))


def _read(block: _Block, row_no: int, row: dict[str, str], known: set[str]) -> None:
    found = {name: _cell(name, row) for name in COLUMNS}
    country = _country(found["country"], known)
    if len(found["name"]) < 2:
        raise _fault("name_missing", "name")
    bic = parse_bic(found["bic"]) if found["bic"] else ""
    number, parent = number_key(found["registration_no"]), number_key(found["parent_no"])
    if number and number == parent:
        raise _fault("own_parent", "parent_no")
    cells = [
        str(row_no), found["name"], country, found["registration_no"], number, found["local_name"], found["former_name"], bic,
        found["city"], found["address"], _section(found["section"]), parent,
    ]  # fmt: skip
    block.rows.append("\t".join(cell if cell == "\\N" else cell.translate(_ESCAPES) for cell in cells))
    for key in {bare_name(found[name]) for name in ("name", "local_name", "former_name") if found[name]} - {""}:
        words = tokens(key)
        block.seen.update(words)
        block.names.append(f"{row_no}\t{country}\t{key}\t{{{','.join(words)}}}")


def _fault(code: str, name: str) -> DomainError:
    return DomainError(code, REASONS[code], field=name)


_LENGTHS = {"registration_no": 40, "bic": 20, "city": 80, "parent_no": 40, "section": 10, "country": 60}


def _cell(name: str, row: dict[str, str]) -> str:
    try:
        return clean_name(row.get(name, ""), _LENGTHS.get(name, 200)).value
    except DomainError as error:
        error.field = name
        raise


def _country(text: str, known: set[str]) -> str:
    code = parse_country(text).value
    if code == HOME:
        raise _fault("buyer_in_prc", "country")
    if code not in known:
        raise _fault("bad_country", "country")
    return code


def _section(text: str) -> str:
    if not text:
        return "\\N"
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 21):
        raise _fault("bad_section", "section")
    return text


def _write(block: _Block) -> None:
    with connection.cursor() as cursor:
        for sql, lines in ((_COPY, block.rows), (_COPY_NAMES, block.names)):
            cursor.copy_expert(sql, io.StringIO("\n".join(lines) + "\n" if lines else ""))
    RegisterFault.objects.bulk_create(block.faults, batch_size=5000)
    block.rows, block.names, block.faults = [], [], []


def _book(batch: RegisterImport) -> None:
    """From the staging table into the register, in statements over all rows."""
    values: dict[str, Any] = {"source": batch.source, "known_on": batch.known_on, "now": clock.now()}
    with connection.cursor() as cursor:
        cursor.execute(_TWICE, [batch.pk])
        cursor.execute(_KNOWN)
        batch.known = cursor.rowcount
        cursor.execute(_LOOPS, [batch.pk])
        cursor.execute(_ADD, values)
        batch.added = cursor.rowcount
        for sql in (_NUMBERS, _ALIASES, _NAMES, _PARENTS):
            cursor.execute(sql, values)
        cursor.execute(_DOUBLES, values)
        batch.doubles = cursor.rowcount
    batch.refused = batch.faults.count()
    batch.save(update_fields=["rows", "added", "known", "refused", "doubles"])
