"""资信导航仪: records by file, sums kept by what changes."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from credit_info import merging
from credit_info.models import (
    BuyerStanding,
    MarketMonth,
    MergeSuggestion,
    TradeFault,
    TradeImport,
    TradeRecord,
    TradeWindow,
)
from credit_info.navigator import contacts, selectors, upkeep
from sinosure.core import clock
from sinosure.core.errors import NotAllowed
from sinosure.reference.models import Country
from tests.credit_info.navigator.trading import LAMPS, client_of, file_of, take_in
from tests.factories.obligors import a_buyer
from tests.factories.people import actor
from tests.refusals import code_of


@pytest.mark.django_db
def test_a_file_is_taken_in_by_code_or_number_and_the_sums_follow():
    lamps = a_buyer("Dune Light LLC", country="AE", registration_no="AE 12-7")
    batch = take_in(
        f"{lamps.code},AE,940542,CN,2026-10,1000,14000.50,2",
        'ae127,AE,9405.11,VN,2026/09,"1,500.250",9000,1',
        "AE-12-7,United Arab Emirates,9405429000,中国,2025年3月,10,200,1",
    )
    assert (batch.rows, batch.added, batch.refused) == (3, 3, 0)
    assert TradeRecord.objects.get(hs6="940511").weight_kg == Decimal("1500.250")
    found = selectors.market(actor("chen"), LAMPS, Country.objects.get(code="AE"), 0)
    # in the last twelve months, 2025-11 to 2026-10: 14,000.50 + 9,000; March 2025 lies before
    assert (found.buyers, found.now.amount, found.now.count) == (1, Decimal("23000.500"), 3)
    assert (found.earlier.amount, found.growth_text) == (Decimal(200), "+11,400%")  # 22,800.50 / 200
    assert found.now.china_ratio == Decimal("14000.50") / Decimal("23000.50")
    assert set(upkeep.differences().values()) == {0}


FAULTS = [
    ("{b},AE,94054,CN,2026-10,1,1,1", "hs", "hs_five_digits"), ("{b},AE,9405,CN,2026-10,1,1,1", "hs", "bad_hs"),
    ("{b},AE,lamps,CN,2026-10,1,1,1", "hs", "bad_hs"), ("{b},AE,770100,CN,2026-10,1,1,1", "hs", "unknown_hs"),
    ("{b},Atlantis,940542,CN,2026-10,1,1,1", "country", "bad_country"), ("{b},CN,940542,CN,2026-10,1,1,1", "country", "buyer_in_prc"),
    ("{b},AE,940542,XX,2026-10,1,1,1", "origin", "bad_country"), ("{b},AE,940542,CN,2026-13,1,1,1", "month", "bad_month"),
    ("{b},AE,940542,CN,20263,1,1,1", "month", "bad_month"), ("{b},AE,940542,CN,2026-12,1,1,1", "month", "future_month"),
    ("{b},AE,940542,CN,2026-10,-1,1,1", "weight_kg", "negative"), ("{b},AE,940542,CN,2026-10,1,-1,1", "amount", "negative"),
    ("{b},AE,940542,CN,2026-10,1,1.005,1", "amount", "too_many_decimals"), ("{b},AE,940542,CN,2026-10,1e9,1,1", "weight_kg", "bad_number"),
    ("{b},AE,940542,CN,2026-10,1,1,0", "count", "out_of_range"), ("{b},AE,940542,CN,2026-10,1,9999999999999999,1", "amount", "out_of_range"),
    ("NOBODY,AE,940542,CN,2026-10,1,1,1", "buyer", "unknown_buyer"), ("💡,AE,940542,CN,2026-10,1,1,1", "buyer", "buyer_missing"),
    ("A\u202eB,AE,940542,CN,2026-10,1,1,1", "buyer", "control_characters"), ("{long},AE,940542,CN,2026-10,1,1,1", "buyer", "too_long"),
    ("{b},AE,940542,CN,2026-10,1,1,1,surplus", "buyer", "bad_width"), ("{b}", "country", "bad_country"),
]  # fmt: skip


@pytest.mark.django_db
def test_a_row_with_a_fault_is_put_aside_with_row_column_and_reason():
    buyer = a_buyer(country="AE")
    bad = [row.format(b=buyer.code, long="x" * 10_000) for row, _, _ in FAULTS]
    batch = take_in(f"{buyer.code},AE,940511,CN,2026-10,5,5,1", "", *bad)
    assert (batch.rows, batch.added, batch.refused) == (len(FAULTS) + 1, 1, len(FAULTS))
    found = [(row.row_no, row.column, row.code) for row in batch.faults.all()]
    # the heading is row 1, then a good row and a blank one
    assert found == [(number, column, code) for number, (_, column, code) in enumerate(FAULTS, 4)]
    assert all(row.reason != row.code for row in batch.faults.all())


@pytest.mark.django_db
def test_rows_that_stand_twice_count_once_and_the_same_file_is_refused():
    buyer = a_buyer(country="AE", registration_no="R 1")
    rows = (f"{buyer.code},AE,940542,CN,2026-10,1,100,1", "R1,AE,940542,CN,2026-10,9,900,9")
    batch = take_in(*rows)
    assert (batch.added, batch.refused, TradeFault.objects.get().code) == (1, 1, "duplicate_in_file")
    assert code_of(lambda: take_in(*rows)) == "same_file"
    assert TradeRecord.objects.get().amount == 100


@pytest.mark.django_db
def test_what_is_known_stands_or_is_replaced_as_asked():
    buyer = a_buyer(country="AE")
    take_in(f"{buyer.code},AE,940542,CN,2026-10,1,100,1")
    later = f"{buyer.code},AE,940542,CN,2026-10,2,150,3"
    kept = take_in(later)
    assert (kept.known, kept.added, TradeRecord.objects.get().amount) == (1, 0, 100)
    replaced = take_in(later, "", replace=True)
    assert (replaced.known, replaced.replaced) == (0, 1)
    cell = MarketMonth.objects.get(hs="9405")
    assert (cell.weight_kg, cell.amount, cell.count, cell.china_amount) == (2, 150, 3, 150)
    assert set(upkeep.differences().values()) == {0}


@pytest.mark.django_db
def test_months_leave_the_last_twelve_when_newer_ones_come():
    old, new = a_buyer(country="AE"), a_buyer(country="AE")
    take_in(f"{old.code},AE,940542,CN,2025-08,1,100,1", f"{old.code},AE,940542,CN,2025-12,1,40,1")
    assert standing(old, 0) == 140
    take_in(f"{new.code},AE,940542,CN,2026-09,1,70,1")  # now 2025-10 to 2026-09: August 2025 has left
    assert (standing(old, 0), standing(old, 2025), standing(new, 0)) == (40, 140, 70)
    late = f"{old.code},AE,940542,CN,2025-08,1,100,1"
    take_in(late.replace(",100,", ",900,"), f"{new.code},AE,940542,VN,2026-10,1,7,1", replace=True)
    assert (standing(old, 0), standing(old, 2025), standing(new, 0)) == (40, 940, 77)
    take_in(f"{new.code},AE,940542,VN,2026-11,1,1,1", f"{old.code},AE,610910,BD,2026-11,1,1,1")
    assert set(upkeep.differences().values()) == {0}
    assert TradeWindow.objects.get().newest == date(2026, 11, 1)


def standing(buyer, period: int) -> int:
    rows = BuyerStanding.objects.filter(obligor=buyer, hs="9405", period=period)
    return int(sum(row.amount for row in rows))


@pytest.mark.django_db
def test_positive_control_a_sum_that_drifts_is_found():
    take_in(f"{a_buyer(country='AE').code},AE,940542,CN,2026-10,1,100,1")
    MarketMonth.objects.filter(hs="9405").update(amount=101)
    assert upkeep.differences()["credit_info_marketmonth"] == 2  # the cell that is kept, and the one that is right


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_chinese_files_are_read_in_the_encodings_that_excel_writes(encoding):
    buyer = a_buyer(country="AE")
    head = "买方,进口国,商品编码,原产国,月份,重量（千克）,金额（美元）,次数"
    batch = take_in(
        upload=file_of(f"{buyer.code},阿拉伯联合酋长国,940542,中国,2026年10月,1,2,3", head=head, encoding=encoding)
    )
    assert (batch.added, batch.refused) == (1, 0)


@pytest.mark.django_db
def test_big5_an_empty_file_and_a_picture_are_refused():
    head = "買方,進口國,商品編碼,原產國,月份,重量,金額,次數"
    uploads = (file_of(head=head, encoding="big5"), io.BytesIO(b""), io.BytesIO(b"\x89PNG\r\n\x1a\n\x00\xff\xff"))
    assert {code_of(lambda one=one: take_in(upload=one)) for one in uploads} <= {"bad_heading", "bad_encoding"}
    assert not TradeImport.objects.exists()


@pytest.mark.django_db
def test_only_the_analyst_takes_files_in():
    with pytest.raises(NotAllowed):
        take_in(who="zhou")
    assert client_of("chen").get(reverse("credit_info:trade-import-new")).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"hs6": "94054"}, "trade_hs6_six_digits"), ({"month": date(2026, 10, 2)}, "trade_month_on_the_first"), ({"count": 0}, "trade_count_from_one"),
        ({"amount": Decimal(-1)}, "trade_figures_in_range"), ({}, "trade_record_once"),
    ],
)  # fmt: skip
def test_the_database_guards_the_records(change, name):
    take_in(f"{a_buyer(country='AE').code},AE,940542,CN,2026-10,1,100,1")
    row = TradeRecord.objects.get()
    row.pk = None
    for column, value in change.items():
        setattr(row, column, value)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.django_db
def test_two_rows_of_one_company_become_one_buyer_with_the_sum_of_both():
    kept, double = a_buyer("Dune Light", country="AE"), a_buyer("Dune Light Trading", country="AE")
    take_in(f"{kept.code},AE,940542,CN,2026-10,1,100,1", f"{double.code},AE,940542,CN,2026-10,2,50,1")
    contacts.add(actor=actor("cao"), obligor_id=double.pk, source="Fair", email="info@dune.example")
    pair = MergeSuggestion.objects.create(kept=kept, double=double, why="x", likeness=1, found_at=clock.now())
    merging.judge(actor=actor("cao"), suggestion_id=pair.pk, are_one=True)
    row = TradeRecord.objects.get()
    assert (row.obligor_id, row.amount, row.count) == (kept.pk, 150, 2)
    assert [one.obligor_id for one in BuyerStanding.objects.filter(hs="9405", period=0)] == [kept.pk]
    assert kept.trade_contacts.count() == 1
    assert set(upkeep.differences().values()) == {0}
    take_in(f"{double.code},AE,940542,CN,2026-09,2,50,1")
    assert standing(kept, 0) == 200
