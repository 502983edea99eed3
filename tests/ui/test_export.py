"""Excel and CSV: what is filtered, exact, and harmless."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import RequestFactory
from python_calamine import CalamineWorkbook

from sinosure.ui.export import Column, disarm, export

COLUMNS = [
    Column("买方", "buyer.name"),
    Column("Amount", "amount", "amount", currency="currency"),
    Column("Shipped", "shipped_on", "date"),
]


def row(name: str = "A公司", amount: str = "1234.5", currency: str = "USD") -> SimpleNamespace:
    buyer = SimpleNamespace(name=name)
    return SimpleNamespace(buyer=buyer, amount=Decimal(amount), currency=currency, shipped_on=date(2026, 11, 2))


def body(kind: str, rows) -> bytes:
    answer = export(RequestFactory().get(f"/?export={kind}"), rows, COLUMNS, "limits")
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+cmd|1", "-2+3", "@SUM(A1)", "\tx", "\rx", "＝1+1"])
def test_a_cell_that_looks_like_a_formula_is_disarmed(text):
    assert disarm(text) == f"'{text}"
    line = body("csv", [row(text)]).decode("utf-8-sig").split("\r\n", 1)[1]
    assert line.lstrip('"').startswith("'")


def test_plain_text_is_left_alone():
    assert disarm("A公司 = B") == "A公司 = B"


def test_csv_has_a_byte_order_mark_and_exact_decimals():
    data = body("csv", [row(amount="1234.500"), row(amount="1234.000", currency="JPY")])
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").splitlines()[1:] == ["A公司,1234.50,2026-11-02", "A公司,1234,2026-11-02"]


def test_excel_holds_numbers_dates_and_text_but_no_formula():
    data = body("xlsx", [row(), row("=1+1")])
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows[1] == ["A公司", 1234.5, date(2026, 11, 2)]
    assert rows[2][0] == "=1+1"
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
