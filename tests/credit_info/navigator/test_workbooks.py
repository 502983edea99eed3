"""Files from Excel are read like CSV: trade records and companies alike; what a sheet may hide is refused."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from rest_framework.test import APIClient

from credit_info import importing
from credit_info.models import Obligor, RiskSubject, Subscription, TradeImport, TradeRecord
from sinosure.core import clock
from tests.credit_info.navigator.trading import HEAD, client_of, take_in
from tests.factories.obligors import a_buyer
from tests.factories.people import actor, user
from tests.refusals import code_of

pytestmark = pytest.mark.django_db


def book_of(*rows: tuple[Any, ...], head: str = HEAD, hidden: int | None = None) -> io.BytesIO:
    """A workbook with typed cells; row `hidden` (from 0) is hidden."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm"})
    sheet.write_row(0, 0, head.split(","))
    for y, row in enumerate(rows, 1):
        for x, cell in enumerate(row):
            sheet.write_datetime(y, x, cell, day) if isinstance(cell, date) else sheet.write(y, x, cell)
    if hidden is not None:
        sheet.set_row(hidden, options={"hidden": True})
    book.close()
    buffer.seek(0)
    return buffer


def test_numbers_dates_and_text_of_a_sheet_are_read_as_they_would_be_typed():
    lamps = a_buyer(country="AE", registration_no="AE 12-7")
    batch = take_in(
        upload=book_of(
            (lamps.code, "AE", 940542, "CN", date(2026, 10, 1), 1000.5, 14000.05, 2),
            (),
            ("AE 12-7", "阿拉伯联合酋长国", "9405.11", "越南", "2026-09", "1,500.250", 9000, "1"),
        )
    )
    assert (batch.rows, batch.added, batch.refused) == (2, 2, 0)
    first, second = TradeRecord.objects.order_by("hs6")
    assert (first.hs6, first.weight_kg, first.month) == ("940511", Decimal("1500.250"), date(2026, 9, 1))
    assert (second.hs6, second.amount, second.count) == ("940542", Decimal("14000.05"), 2)


def test_faults_name_the_row_that_the_sheet_shows():
    buyer = a_buyer(country="AE")
    batch = take_in(
        upload=book_of(
            (),
            (buyer.code, "AE", 10121, "CN", "2026-10", 1, 1, 1),  # 010121 typed as a number has lost its zero
            (buyer.code, "AE", "940542", "CN", date(2026, 10, 2), 1, 1, 1),
        )
    )
    assert [(row.row_no, row.column, row.code) for row in batch.faults.all()] == [
        (3, "hs", "hs_five_digits"), (4, "month", "bad_month"),
    ]  # fmt: skip


def test_a_sheet_with_hidden_rows_or_formulas_is_refused_whole():
    buyer = a_buyer(country="AE")
    good = (buyer.code, "AE", "940542", "CN", "2026-10", 1, 1, 1)
    assert code_of(lambda: take_in(upload=book_of(good, hidden=1))) == "hidden_rows"
    assert code_of(lambda: take_in(upload=book_of((*good[:6], "=1+1", 1)))) == "formula_cells"
    assert code_of(lambda: take_in(upload=book_of(good, head="firm,land"))) == "bad_heading"
    assert code_of(lambda: take_in(upload=io.BytesIO(b"PK\x03\x04" + b"\0" * 40))) == "bad_workbook"
    assert not TradeImport.objects.exists()


def test_companies_come_from_a_workbook_too():
    a_buyer()
    upload = book_of(("Dune Light LLC", "AE", 77), head="name,country,registration_no")
    importing.take_in(actor=actor("cao"), upload=upload, file_name="c.xlsx", source="Register", known_on=clock.today())
    assert Obligor.objects.get(name="Dune Light LLC").registration_no == "77"


def test_the_analyst_hands_a_workbook_in_by_page_and_by_api():
    buyer, cao = a_buyer(country="AE"), client_of("cao")
    sheet = book_of((buyer.code, "AE", "940542", "CN", "2026-10", 1, 1, 1)).read()
    page = cao.post(
        reverse("credit_info:trade-import-new"), {"file": SimpleUploadedFile("t.xlsx", sheet), "source": "Customs"}
    )
    assert page["Location"] == reverse("credit_info:trade-import-detail", args=[TradeImport.objects.get().pk])
    api = APIClient()
    api.force_login(user("cao"), backend="django.contrib.auth.backends.ModelBackend")
    again = api.post("/api/v1/trade-imports/", {"file": SimpleUploadedFile("t.xlsx", sheet), "source": "Customs"})
    assert (again.status_code, again.json()["code"]) == (409, "same_file")


@pytest.mark.parametrize("key", ["NOBODY", "x", "%", "_", "x" * 10_000, "💡", "\u202eDE", "ДЕ", "\x01"])
def test_a_subscription_to_what_does_not_exist_is_refused_by_page_and_by_api(key):
    a_buyer()
    page = client_of("chen").post(
        reverse("credit_info:alarm-follow"), {"dimension": "COMPANY", "company": key, "by_email": "on"}
    )
    assert page.status_code == 422
    api = APIClient()
    api.force_login(user("chen"), backend="django.contrib.auth.backends.ModelBackend")
    answer = api.post("/api/v1/alarm-subscriptions/", {"kind": "COMPANY", "key": key}, format="json")
    assert answer.status_code in (400, 422)
    assert answer.json()["code"] in (
        "unknown_subject",
        "invalid",
        "validation_error",
        "control_characters",
        "max_length",
    )
    assert not RiskSubject.objects.exists()
    assert not Subscription.objects.exists()
