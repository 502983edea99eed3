"""Upload of 100,000 shipments: parse, validate, match, price, allocate and book, against plain COPY and a row-by-row loop.

The limit copies the same final rows (lines, draws, clocks) into the same indexed tables with the same foreign keys; the
row-by-row loop declares a sample of the same rows through the service of the form, one transaction each.
"""

from __future__ import annotations

import csv
import io
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from benchmarks._database import database_url, fill, own_database
from declarations import services as single
from declarations.importer import services
from declarations.line import Line
from declarations.models import BatchState, ImportBatch, Shipment
from limits.models import CreditLimit
from sinosure.core import clock
from tests.factories.declarations import a_shipment
from tests.factories.limits import a_limit
from tests.factories.people import actor
from tests.factories.policies import a_policy_in_force

ROWS, OLD_ROWS, SAMPLE, BUYERS = 100_000, 1_000_000, 200, 40
HEADINGS = (
    "发票号",
    "买方代码",
    "支付方式",
    "信用期限（天）",
    "出运日期",
    "应付款日",
    "币种",
    "发票金额",
    "预收款",
    "目的国",
    "合同号",
    "提单号",
    "报关单号",
    "HS编码",
    "货物描述",
)
TABLES = {
    "declarations_shipment": "batch_id = %s",
    "limits_limitmovement": "subject_type = 'declarations.shipment' AND subject_id IN (SELECT id FROM declarations_shipment WHERE batch_id = %s)",
    "deadlines_deadline": "subject_type = 'declarations.shipment' AND subject_id IN (SELECT id FROM declarations_shipment WHERE batch_id = %s)",
}


def run(scale: float) -> dict[str, Any]:
    with own_database("upload"):
        return _run(scale, str(settings.MEDIA_ROOT))


def _run(scale: float, media: str) -> dict[str, Any]:
    count = max(1_000, int(ROWS * scale))
    limits = _world(int(OLD_ROWS * scale), max(4, int(BUYERS * min(scale, 1))))
    figures: dict[str, Any] = {
        "rows": count,
        "rows there before": int(OLD_ROWS * scale),
        "indexes on lines": _indexes(),
    }
    csv_rows, xlsx_rows = _rows(limits, count, "C"), _rows(limits, count, "X")
    batch, found = _end_to_end(_as_csv(csv_rows), "a.csv", media)
    figures |= {f"CSV {name}": value for name, value in found.items()}
    copy_seconds = _copy_again(batch)
    figures["COPY of the same rows, s"] = copy_seconds
    batch, found = _end_to_end(_as_xlsx(xlsx_rows), "b.xlsx", media)
    figures |= {f"XLSX {name}": value for name, value in found.items()}
    copies = [copy_seconds, _copy_again(batch)]
    books = [figures["CSV booking, s"], figures["XLSX booking, s"]]
    sample = max(20, int(SAMPLE * scale))
    orm = _timed(lambda: _one_by_one(limits, sample)) / sample
    figures["booking, rows/s"] = count / min(books)
    figures["COPY, rows/s"] = count / min(copies)
    figures["row by row, rows/s"] = 1 / orm
    ratios = {"booking / COPY": sum(copies) / sum(books), "booking / row by row": orm * count / min(books)}
    goals: dict[str, tuple[str, float]] = {
        "CSV end to end, s": ("<=", 15),
        "XLSX end to end, s": ("<=", 15),
        "XLSX worker memory, MB": ("<=", 600),
        "booking / COPY": (">=", 0.60),
        "booking / row by row": (">=", 100),
    }
    return {"name": f"upload of {count:,} shipments", "figures": figures, "ratios": ratios, "goals": goals}


def _world(old_rows: int, buyers: int) -> list[CreditLimit]:
    """Haituo with its buyers under limits, and as many old shipments as asked for."""
    start = clock.today() - timedelta(days=330)
    policy = a_policy_in_force(starts_on=start)
    limits = [a_limit(policy, amount="5000000", decision={"amount": Decimal(200_000)}) for _ in range(buyers)]
    if old_rows:
        model = a_shipment(limits[0])
        fill(model, old_rows)
    return [CreditLimit.objects.select_related("obligor").get(pk=limit.pk) for limit in limits]


def _indexes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE tablename = 'declarations_shipment'")
        return int(cursor.fetchone()[0])


def _rows(limits: list[CreditLimit], count: int, prefix: str) -> list[tuple[Any, ...]]:
    dice, today = random.Random(7), clock.today()
    return [_row(dice, limits, today, f"{prefix}{n:06d}") for n in range(count)]


def _row(dice: random.Random, limits: list[CreditLimit], today: date, key: str) -> tuple[Any, ...]:
    limit, days = dice.choice(limits), dice.choice([30, 45, 60, 90])
    shipped_on = today - timedelta(days=dice.randrange(20))
    currency, amount = dice.choice(["USD", "USD", "USD", "EUR"]), dice.randrange(100_00, 90_000_00)
    return (
        f"INV-{key}",
        limit.obligor.code,
        "OA",
        str(days),
        shipped_on,
        shipped_on + timedelta(days=days),
        currency,
        Decimal(amount) / 100,
        "",
        "DE",
        f"CT-{key}",
        f"COSU{key}",
        f"3101{key}",
        "940542",
        "LED lamps, 发光二极管灯",
    )


def _as_csv(rows: list[tuple[Any, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _as_xlsx(rows: list[tuple[Any, ...]]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True, "in_memory": True})
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, HEADINGS)
    for y, row in enumerate(rows, start=1):
        for x, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(y, x, value, day)
            elif isinstance(value, Decimal):
                sheet.write_number(y, x, value)
            elif value:
                sheet.write_string(y, x, value)
    book.close()
    return buffer.getvalue()


def _end_to_end(content: bytes, name: str, media: str) -> tuple[ImportBatch, dict[str, Any]]:
    """Received, checked and booked, by a worker process of its own, as in production."""
    chen, policy_id = actor("chen"), Shipment.objects.values_list("policy_id", flat=True).first()
    policy_id = policy_id or CreditLimit.objects.values_list("policy_id", flat=True)[0]
    received = _timed(
        lambda: services.receive(actor=chen, policy_id=policy_id, upload=SimpleUploadedFile(name, content))
    )
    batch = ImportBatch.objects.latest("id")
    checked, _memory = _in_worker(batch, media)
    batch.refresh_from_db()
    if batch.state != BatchState.READY or batch.rows_bad:
        raise RuntimeError(f"{batch.state} {batch.failure} {batch.errors.first()}")
    services.confirm(actor=chen, batch_id=batch.pk)
    booked, memory = _in_worker(batch, media)
    batch.refresh_from_db()
    if batch.state != BatchState.BOOKED:
        raise RuntimeError(f"{batch.state} {batch.failure}")
    return batch, {
        "file, MB": len(content) / 1e6,
        "receive, s": received,
        "check and preview, s": checked,
        "booking, s": booked,
        "end to end, s": received + checked + booked,
        "worker memory, MB": max(memory, _memory),
    }


def _in_worker(batch: ImportBatch, media: str) -> tuple[float, float]:
    """Seconds and peak memory of the task in a fresh process (its start is not counted)."""
    env = {**os.environ, "DATABASE_URL": database_url(), "SINOSURE_STATE": media, "BENCH_MEDIA": media}
    command = [sys.executable, "-m", "benchmarks._worker", str(batch.pk)]
    answer = subprocess.run(
        command, env=env, cwd=Path(__file__).resolve().parents[1], capture_output=True, text=True, check=False
    )
    if answer.returncode:
        raise RuntimeError(answer.stderr[-2000:])
    seconds, memory = answer.stdout.split()[-2:]
    return float(seconds), float(memory)


def _timed(deed: Callable[[], Any]) -> float:
    start = time.perf_counter()
    deed()
    return time.perf_counter() - start


def _copy_again(batch: ImportBatch) -> float:
    """Take the booked rows out, and COPY the very same back into the same tables with the same indexes and keys."""
    dumps = {table: _dumped(table, where, batch.pk) for table, where in TABLES.items()}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table in reversed(TABLES):
            cursor.execute(f"DELETE FROM {table} WHERE {TABLES[table]}", [batch.pk])
        cursor.execute("SET session_replication_role = DEFAULT")
        for table in TABLES:
            cursor.execute(f"VACUUM {table}")
    return _timed(lambda: _copied(dumps))


def _dumped(table: str, where: str, batch_id: int) -> io.BytesIO:
    buffer = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY (SELECT * FROM {table} WHERE {where.replace('%s', str(int(batch_id)))} ORDER BY id) TO STDOUT",
            buffer,
        )
    buffer.seek(0)
    return buffer


def _copied(dumps: dict[str, io.BytesIO]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for table, buffer in dumps.items():
            cursor.copy_expert(f"COPY {table} FROM STDIN", buffer)


def _one_by_one(limits: list[CreditLimit], count: int) -> None:
    chen, by_code = actor("chen"), {limit.obligor.code: limit for limit in limits}
    for row in _rows(limits, count, "O"):
        limit = by_code[row[1]]
        line = Line(
            obligor_id=limit.obligor_id,
            term=row[2],
            credit_days=int(row[3]),
            invoice_no=row[0],
            shipped_on=row[4],
            due_on=row[5],
            currency=row[6],
            amount=row[7],
            destination=row[9],
            contract_no=row[10],
            transport_no=row[11],
            customs_no=row[12],
            hs_code=row[13],
            description=row[14],
        )
        single.declare(actor=chen, policy_id=limit.policy_id, line=line)
