"""资信导航仪: records by file, sums kept by what changes, markets and buyers, contacts, rights, and what is typed wrong."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
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
from credit_info.navigator import contacts, importing, products, sample, selectors, upkeep
from credit_info.navigator.figures import charts, signed
from credit_info.navigator.selectors import Span, Wanted, month_before
from sinosure.audit.models import AuditEntry
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.reference.models import Country
from sinosure.reference.seed.load import load_reference
from tests.factories.obligors import a_buyer
from tests.factories.people import actor, user

TODAY = date(2026, 11, 23)
HEAD = "buyer,country,hs,origin,month,weight_kg,amount,count"
LAMPS = products.product_of("9405")


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(TODAY):
        yield


def file_of(*rows: str, head: str = HEAD, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO("\n".join([head, *rows, ""]).encode(encoding))


def take_in(*rows: str, who: str = "cao", **named) -> TradeImport:
    upload = named.pop("upload", None) or file_of(*rows)
    return importing.take_in(actor=actor(who), upload=upload, file_name="t.csv", source="Customs", **named)


def code_of(deed) -> str:
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        deed()
    return refusal.value.code


def client_of(name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return client


def read(name: str, **query) -> str:
    answer = client_of(name).get(reverse("credit_info:navigator"), query)
    assert answer.status_code == 200
    return answer.content.decode()


# --- the dictionary


def test_the_dictionary_has_two_hundred_headings_in_two_languages_each_in_a_section():
    known = products.catalogue()
    assert sum(len(code) == 4 for code in known) >= 200
    assert all(one.name_zh and one.name_en and one.industry for one in known.values())
    assert {one.industry.section for one in known.values()} == set(range(1, 22))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("9405", "9405"), ("9405.42", "940542"), ("９４０５４２", "940542"), ("9405429000", "940542"), ("led lamps", "9405"),
        ("灯具及照明装置", "9405"), ("LED灯", "9405"), ("solar panel", "854143"),
    ],
)  # fmt: skip
def test_a_product_is_found_by_code_or_name(text, code):
    assert products.find(text).product.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("94054", "hs_five_digits"), ("1234567", "bad_hs"), ("7701", "unknown_hs"), ("999999", "unknown_hs")],
)
def test_a_wrong_code_is_refused(text, code):
    with pytest.raises(DomainError) as refusal:
        products.find(text)
    assert refusal.value.code == code


def test_five_digits_say_what_could_be_meant():
    with pytest.raises(DomainError, match=r"94054.* has five digits\. A heading has four \(9405\)"):
        products.find("94054")


def test_several_are_offered_and_one_that_is_misspelt_is_near():
    assert {one.code for one in products.find("furniture").choices} >= {"9403", "940350", "940360"}
    near = products.find("umbrelas")
    assert (near.is_near, near.product, near.choices[0].code) == (True, None, "6601")
    assert products.find("🤖" * 3) == products.Found(None, (), is_near=True)
    assert [one.code for one in products.find("94").choices] == ["9401", "9403", "9404", "9405", "9406"]
    assert products.find("%_'\\").choices == ()
    for text, code in (("umbrelas", "product_not_found"), ("furniture", "product_unclear")):
        with pytest.raises(DomainError) as refusal:
            products.only(text)
        assert refusal.value.code == code


def test_a_code_that_the_dictionary_lacks_bears_the_name_of_its_heading_or_section():
    assert products.product_of("940591").name_en == "Lamps and lighting fittings"
    assert products.product_of("4401").name_en == "Wood and articles of wood"


# --- figures


def test_charts_are_drawn_in_a_unit_that_leaves_few_digits():
    figures = selectors.Figures(Decimal(12_345_000), Decimal("98765.40"), 7)
    weight, amount, count = charts([selectors.Month(date(2026, 10, 1), figures)])
    assert (str(weight.unit), weight.points) == ("thousand tonnes", [("2026-10", Decimal("12.3"))])
    assert (str(amount.unit), amount.points) == ("thousand USD", [("2026-10", Decimal("98.8"))])
    assert count.points == [("2026-10", Decimal(7))]
    assert [signed(one) for one in (Decimal("0.25"), Decimal("-0.5"), None)] == ["+25%", "-50%", "–"]


def test_months_are_counted_back_over_new_year():
    assert [month_before(date(2026, 2, 1), n) for n in (0, 1, 2, 14)] == [
        date(2026, 2, 1), date(2026, 1, 1), date(2025, 12, 1), date(2024, 12, 1),
    ]  # fmt: skip
    assert selectors.span_of(0, date(2026, 10, 1)) == Span(date(2025, 11, 1), date(2026, 10, 1))
    assert selectors.span_of(2026, date(2026, 10, 1)).last == date(2026, 10, 1)


# --- files


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


# --- reads


@pytest.fixture
def markets(db):
    """Lamps: three buyers in the Emirates, one in Germany."""
    dune, khor, oasis = (a_buyer(name, country="AE", light=light) for name, light in (
        ("Dune Light LLC", "GREEN"), ("Khor Electrical LLC", "YELLOW"), ("Oasis Facade FZE", "")))  # fmt: skip
    isar = a_buyer("Isarlicht GmbH", country="DE", light="RED")
    take_in(
        f"{dune.code},AE,940542,CN,2026-10,4000,60000,5", f"{dune.code},AE,853952,CN,2026-10,10,500,1",
        f"{khor.code},AE,940542,IN,2026-10,5000,40000,2", f"{oasis.code},AE,940511,CN,2026-08,100,2000,1",
        f"{isar.code},DE,940542,CN,2026-09,2000,30000,9", f"{isar.code},DE,940542,PL,2025-09,2000,10000,9", is_synthetic=True,
    )  # fmt: skip
    contacts.add(
        actor=actor("cao"),
        obligor_id=khor.pk,
        source="Fair",
        person="Sam Sample",
        duty="Purchasing",
        email="sam@khor.example",
    )
    return {"dune": dune, "khor": khor, "oasis": oasis, "isar": isar}


def names(**wanted) -> list[str]:
    rows = selectors.buyers(actor("chen"), "9405", Country.objects.get(code="AE"), 0, Wanted(**wanted))
    return [row.obligor.name.split()[0] for row in rows.order_by("-amount", "-id")]


def test_buyers_are_narrowed_by_contact_origin_amount_and_light(markets):
    assert names() == ["Dune", "Khor", "Oasis"]
    assert names(contact="known") == ["Khor"]
    assert (names(origin="china"), names(origin="elsewhere")) == (["Dune", "Oasis"], ["Khor"])
    assert names(least=Decimal(40000)) == ["Dune", "Khor"]
    assert (names(light="GREEN"), names(light="UNKNOWN")) == (["Dune"], ["Oasis"])
    assert names(light="GREEN", contact="known") == []


def test_the_world_says_which_countries_buy_and_who_buys_most(markets):
    found = selectors.market(actor("chen"), LAMPS, None, 0)
    assert (found.buyers, found.now.amount) == (4, 132_000)  # 60,000 + 40,000 + 2,000 + 30,000
    emirates, germany = selectors.countries(actor("chen"), found)
    assert (emirates.what.code, emirates.buyers, emirates.figures.amount, emirates.growth) == ("AE", 3, 102_000, None)
    assert (germany.ratio, germany.growth) == (Decimal(30_000) / Decimal(132_000), Decimal(2))  # from 10,000 to 30,000
    shown = selectors.with_origins(actor("chen"), found)
    assert shown.periods == (2025, 2026, 0)
    by_origin = {line.origin.code: line.ratios for line in shown.origins}
    assert by_origin["PL"] == (1, 0, 0)  # all of 2025
    assert by_origin["CN"][1] == Decimal(92_000) / Decimal(132_000)
    page = read("chen", product="9405")
    assert "Which countries buy" in page
    assert page.index("Dune Light") < page.index("Khor Electrical") < page.index("Isarlicht")


def test_a_market_page_shows_figures_charts_a_table_and_sorted_buyers(markets):
    page = read("chen", product="LED lamps", country="AE")
    for figure in (
        "102,000",
        "9.1",
        "Dune Light LLC",
        "Synthetic sample",
        "The same figures as a table",
        "Green: normal trading",
    ):
        assert figure in page  # 4,000 + 5,000 + 100 kg
    assert page.count("<polyline") == 3
    heaviest = read("chen", product="9405", country="AE", sort="-weight")
    assert heaviest.index("Khor Electrical") < heaviest.index("Dune Light")
    assert "Dune Light" not in read("chen", product="9405", country="AE", light="YELLOW")


def test_one_buyers_trade_in_chosen_months(markets):
    profile = selectors.profile(actor("chen"), markets["dune"].pk, Span(date(2026, 10, 1), date(2026, 10, 1)))
    assert (profile.figures.amount, profile.figures.count) == (60_500, 6)
    assert [(one.what.code, one.figures.amount) for one in profile.products] == [("940542", 60_000), ("853952", 500)]
    assert [one.ratio for one in profile.origins] == [1]
    url = reverse("credit_info:trade-buyer", args=[markets["isar"].pk])
    usual = client_of("chen").get(url).content.decode()
    assert "30,000" in usual
    assert "2025-11 – 2026-10" in usual
    assert "10,000" in client_of("chen").get(url, {"first": "2025-09", "last": "2025-09"}).content.decode()
    turned = client_of("chen").get(url, {"first": "2026-09", "last": "2025-09"})
    assert "ends before it begins" in turned.content.decode()


def test_a_person_is_masked_until_somebody_asks_and_the_trail_keeps_who(markets):
    url = reverse("credit_info:trade-buyer", args=[markets["khor"].pk])
    masked = client_of("chen").get(url).content.decode()
    assert "s•••@khor.example" in masked
    assert "Sam Sample" not in masked
    shown = client_of("chen").post(reverse("credit_info:trade-buyer-contacts", args=[markets["khor"].pk]))
    assert "sam@khor.example" in shown.content.decode()
    entry = AuditEntry.objects.get(action="trade_contact.shown")
    assert entry.actor_id == actor("chen").user_id
    assert contacts.masked_phone("+86 755 1234567") == "+86  ••• 67"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "code"),
    [({}, "contact_missing"), ({"email": "a@b"}, "bad_email"), ({"phone": "call me"}, "bad_phone"), ({"website": "javascript:alert(1)"}, "bad_website")],
)  # fmt: skip
def test_a_contact_must_lead_somewhere(given, code):
    buyer = a_buyer(country="AE")
    assert code_of(lambda: contacts.add(actor=actor("cao"), obligor_id=buyer.pk, source="Fair", **given)) == code


def test_files_hold_exactly_what_is_filtered_and_say_that_it_is_invented(markets):
    url = reverse("credit_info:navigator")
    query = {"product": "9405", "country": "AE", "origin": "china", "export": "csv"}
    lines = b"".join(client_of("chen").get(url, query).streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["Dune Light LLC", "Oasis Facade FZE"]
    assert all(line.endswith("synthetic sample") for line in lines[1:])
    countries = client_of("chen").get(url, {"product": "9405", "export": "xlsx", "list": "countries"})
    assert b"".join(countries.streaming_content).startswith(b"PK")
    mine = client_of("chen").get(reverse("credit_info:trade-buyer", args=[markets["dune"].pk]), {"export": "csv"})
    assert len(b"".join(mine.streaming_content).splitlines()) == 3


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"product": "94054"}, "five digits"), ({"product": "zzqqxx"}, "Product not found"), ({"product": "umbrelas"}, "Did you mean"),
        ({"product": "x" * 10_000}, "80"), ({"product": "a\u202eb"}, "invisible control"), ({"product": "💡💡"}, "Product not found"),
        ({"product": "%"}, "Product not found"), ({"product": "furniture", "country": "AE"}, "Choose the product"),
        ({"product": "9405", "country": "Atlantis"}, "is not a country"), ({"product": "", "country": "DE"}, "buys most"),
        ({"product": "9405", "least": "9" * 10_000}, "Dune Light"), ({"product": "9405", "light": "' OR 1=1", "period": "1066"}, "Dune Light"),
        ({"company": "dune lihgt"}, "Dune Light LLC"), ({"company": "%_%"}, "Not found"),
    ],
)  # fmt: skip
def test_whatever_is_typed_gets_a_clear_answer(markets, query, said):
    answer = client_of("chen").get(reverse("credit_info:navigator"), query)
    assert answer.status_code in (200, 422)
    assert said in answer.content.decode()
    assert "94054" not in query.get("product", "") or answer.status_code == 422


@pytest.mark.django_db
def test_without_records_the_pages_say_so_and_a_wrong_place_in_the_list_is_refused():
    buyer = a_buyer(country="AE")
    assert "no trade records yet" in read("chen", product="9405")
    answer = client_of("chen").get(reverse("credit_info:trade-buyer", args=[buyer.pk]))
    assert "no trade records yet" in answer.content.decode()
    take_in(f"{buyer.code},AE,940542,CN,2026-10,1,100,1")
    assert client_of("chen").get(reverse("credit_info:navigator"), {"product": "9405", "after": "x"}).status_code == 400


@pytest.mark.django_db
def test_the_sample_is_the_same_for_the_same_seed_and_its_sums_are_right():
    load_reference()
    batch = sample.make(1500, seed=7)
    assert (batch.added, batch.refused, batch.is_synthetic) == (1500, 0, True)
    assert set(upkeep.differences().values()) == {0}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT light, count(*) FROM credit_info_obligor WHERE source = %s GROUP BY light", [sample.SOURCE]
        )
        lights = dict(cursor.fetchall())
    assert sum(lights.values()) == 30
    with pytest.raises(DomainError, match="same_file"):
        sample.make(1500, seed=7)


@pytest.mark.django_db
def test_the_analyst_takes_a_file_in_by_page_and_loads_its_faults_in_two_languages():
    buyer, client = a_buyer(country="AE"), client_of("cao")
    page = client.get(reverse("credit_info:trade-import-new")).content.decode()
    key = page.split('name="form_key" value="')[1].split('"')[0]
    upload = file_of(f"{buyer.code},AE,940542,CN,2026-10,1,100,1", f"{buyer.code},AE,94054,CN,2026-10,1,100,1")
    upload.name = "october.csv"
    answer = client.post(
        reverse("credit_info:trade-import-new"), {"file": upload, "source": "Customs", "form_key": key}, follow=True
    )
    assert "The HS code has five digits" in answer.content.decode()
    batch = TradeImport.objects.get()
    url = reverse("credit_info:trade-import-detail", args=[batch.pk])
    faults = b"".join(client.get(url, {"export": "csv"}).streaming_content).decode()
    assert "HS 编码只有五位" in faults
    assert "The HS code has five digits" in faults
    assert "october.csv" in client.get(reverse("credit_info:trade-import-list")).content.decode()
