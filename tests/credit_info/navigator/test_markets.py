"""资信导航仪: markets and buyers, contacts, rights, and what is typed wrong."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse

from credit_info.models import (
    TradeImport,
)
from credit_info.navigator import contacts, sample, selectors, upkeep
from credit_info.navigator.selectors import Span, Wanted
from sinosure.audit.models import AuditEntry
from sinosure.core.errors import DomainError
from sinosure.reference.models import Country
from sinosure.reference.seed.load import load_reference
from tests.credit_info.navigator.trading import LAMPS, client_of, file_of, read, take_in
from tests.factories.obligors import a_buyer
from tests.factories.people import actor
from tests.refusals import code_of


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
