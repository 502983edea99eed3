"""Files of shipments as people upload them, and the worker's part done at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from declarations.importer import services
from declarations.models import ImportBatch
from declarations.tasks import import_file
from limits.models import CreditLimit
from sinosure.core import clock
from tests.factories.limits import _exporter

HEADINGS = ("发票号", "买方代码", "支付方式", "信用期限（天）", "出运日期", "币种", "发票金额")


def a_row(limit: CreditLimit, n: int = 1, **changes: Any) -> dict[str, Any]:
    """USD 1,000, O/A 60 days, shipped today."""
    plain = {
        "发票号": f"F-{n:05d}", "买方代码": limit.obligor.code, "支付方式": "OA", "信用期限（天）": "60",
        "出运日期": clock.today().isoformat(), "币种": "USD", "发票金额": "1000.00",
    }  # fmt: skip
    return {**plain, **changes}


def rows_of(limit: CreditLimit, count: int, **changes: Any) -> list[dict[str, Any]]:
    """Invoices F-00001 and on, all shipped today."""
    return [a_row(limit, n, **changes) for n in range(1, count + 1)]


def as_csv(rows: Sequence[dict[str, Any]], encoding: str = "utf-8", headings: Sequence[str] | None = None) -> bytes:
    names = list(headings or rows[0])
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([[row.get(name, "") for name in names] for row in rows])
    return text.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[dict[str, Any]], is_1904: bool = False, headings: Sequence[str] | None = None) -> bytes:
    """Dates as date cells, the rest as it comes."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"date_1904": is_1904, "in_memory": True, "strings_to_formulas": False})
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    names = list(headings or rows[0])
    sheet.write_row(0, 0, names)
    for y, row in enumerate(rows, start=1):
        for x, name in enumerate(names):
            value = row.get(name, "")
            if hasattr(value, "isoformat"):
                sheet.write_datetime(y, x, value, day)
            elif isinstance(value, str):
                sheet.write_string(y, x, value)
            else:
                sheet.write_number(y, x, value)
    book.close()
    return buffer.getvalue()


def an_upload(limit: CreditLimit, content: bytes, name: str = "shipments.csv") -> ImportBatch:
    """Received, not checked yet."""
    upload = SimpleUploadedFile(name, content)
    return services.receive(actor=_exporter(limit.policy), policy_id=limit.policy_id, upload=upload)


def a_checked_file(limit: CreditLimit, content: bytes, name: str = "shipments.csv") -> ImportBatch:
    batch = an_upload(limit, content, name)
    return worked(batch)


def a_booked_file(limit: CreditLimit, content: bytes, name: str = "shipments.csv", **confirmed: Any) -> ImportBatch:
    batch = a_checked_file(limit, content, name)
    services.confirm(actor=_exporter(limit.policy), batch_id=batch.pk, **confirmed)
    return worked(batch)


def worked(batch: ImportBatch) -> ImportBatch:
    """What the worker does when it is woken."""
    import_file(batch.pk)
    batch.refresh_from_db()
    return batch
