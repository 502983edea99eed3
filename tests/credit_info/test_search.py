"""Search by name: the labelled set, other names, numbers, countries, and what nobody should type."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks._company_names import Query, queries
from benchmarks.company_search import _copy_block
from credit_info.indexing import count_tokens, index
from credit_info.models import Alias, SearchToken
from credit_info.names import bare_name, tokens
from credit_info.searching import search
from credit_info.spelling import names_near, words_near
from sinosure.reference.seed.load import load_reference
from tests.factories.obligors import a_bank_obligor, a_buyer

SET = Path(__file__).parent / "labelled_queries.csv"
pytestmark = pytest.mark.django_db


def labelled() -> list[Query]:
    with SET.open(encoding="utf-8") as rows:
        return [Query(r["text"], r["country"], r["wanted"], int(r["number"]), r["way"]) for r in csv.DictReader(rows)]


def found(query: str, country: str = "") -> list[int]:
    return [hit.obligor_id for hit in search(query, country)]


def test_the_labelled_set_is_what_its_generator_makes():
    assert labelled()[:200] == list(queries(200))
    assert sum(one.way == "typo" for one in labelled()) / len(labelled()) == 0.4


def test_nine_in_ten_of_the_labelled_set_are_among_the_first_ten():
    load_reference()
    asked = labelled()[::6]
    numbers = sorted({one.number for one in asked} | set(range(60_000, 62_000)))
    seen: Counter[str] = Counter()
    _copy_block(numbers, seen)
    count_tokens(seen.elements())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE credit_info_searchname")
        cursor.execute("ANALYZE credit_info_searchtoken")
    places = [(one.number + 1) in found(one.text, one.country)[:10] for one in asked]
    assert sum(places) / len(places) >= 0.95, [one for one, is_in in zip(asked, places, strict=True) if not is_in][:20]


@pytest.mark.parametrize(
    ("typed", "bare"),
    [
        ("Weber Handel G.m.b.H.", "weber handel"),
        ("Distribuidora Sierra Azul S.A. de C.V.", "distribuidora sierra azul"),
        ("Wisła Narzędzia Sp. z o.o.", "wisla narzedzia"),
        ("Nordic International Trading Company Limited", "nordic intl trd"),
        ("香港恒豐貿易有限公司", "香港恒丰贸易"),
        ("Ｗｅｂｅｒ　Ｈａｎｄｅｌ", "weber handel"),
        ("Wеber Handel", "weber handel"),  # a Cyrillic е
        ("Смирнов ООО", "смирнов ооо"),
        ("Co., Ltd.", "co ltd"),
        ("😀", ""),
    ],
)
def test_bare_names(typed, bare):
    assert bare_name(typed) == bare


def test_tokens_are_words_pairs_of_characters_and_initials():
    assert tokens("香港恒丰 weber old tools") == ["香港", "港恒", "恒丰", "weber", "old", "tools", "@wot"]


def test_a_former_name_the_initials_and_a_number_lead_to_the_company():
    buyer = a_buyer("Nordlicht Baltic Furniture GmbH", registration_no="HRB 12.04")
    other = a_buyer("Elbe Solartechnik GmbH")
    Alias.objects.create(obligor=buyer, kind="FORMER", name="Ostsee Möbelwerke AG")
    index([buyer])
    for query in ("ostsee mobelwerke", "NBF", "hrb-1204", "Nordlicht Furnitur", "nordlich baltic", buyer.code.lower()):
        assert found(query)[:1] == [buyer.pk], query
    assert other.pk not in found("Nordlicht Baltic Furniture")


def test_a_bank_is_found_by_its_bic_with_or_without_the_head_office():
    bank = a_bank_obligor(bic="DEUTDEFF")
    assert found("deutdeff") == found("DEUTDEFFXXX") == [bank.pk]


def test_the_country_narrows_the_search():
    german, austrian = a_buyer("Weber Handel GmbH"), a_buyer("Weber Handel GmbH", "AT")
    assert set(found("Weber Handel")) == {german.pk, austrian.pk}
    assert found("Weber Handel", "AT") == [austrian.pk]


@pytest.mark.parametrize(
    "typed", ["", " ", "x", "字", "😀😀", "%", "_", "%%__\\", "\u202eGmbH", "a" * 10_000, "'; DROP TABLE x; --", "\x00\x01", "((", "Co", "{a,b}", "@abc"]
)  # fmt: skip
def test_odd_input_finds_nothing_and_breaks_nothing(typed):
    a_buyer("Weber Handel GmbH")
    assert found(typed) == []


def test_words_that_were_seen_are_counted():
    a_buyer("Weber Handel GmbH")
    a_buyer("Weber Licht GmbH")
    assert SearchToken.objects.get(token="weber").seen == 2


def test_no_statement_is_sent_twice_and_a_misspelt_name_costs_few():
    for number in range(30):
        a_buyer(f"香港明华{'甲乙丙丁戊己庚辛壬癸'[number % 10]}食品{number}有限公司", country="HK")
    with CaptureQueriesContext(connection) as sent:
        search("香港鸣华甲仪器")
    texts = [one["sql"] for one in sent.captured_queries]
    assert len(texts) == len(set(texts)) <= 10  # prefix, dictionary, six attempts at most, and mending of the words


def test_common_words_beside_an_unknown_one_are_not_asked(monkeypatch):
    monkeypatch.setattr("credit_info.searching.RARE", 3)
    monkeypatch.setattr("credit_info.searching.MOST", 3)
    for number in range(5):
        a_buyer(f"Nordwind{number} Foods Paper Ltd", country="DE")
    assert found("Qzxvyw Foods") == found("Qzxvyw Paper Foods") == []
    assert len(found("Foods")) == len(found("Paper Foods")) == 3  # all that was typed


@pytest.mark.parametrize(
    "typed",
    [
        "Torfalamo rIndustries Baltic",  # a blank turned with its neighbour
        "TorfalamorIndustries Baltic",  # a blank missing
        "Torf alamor Industries Baltic",  # one too many
        "TorfalamorxIndustries Baltic",  # a letter in its place
        "Torfalamorr Industries Baltic",
        "Torfalmaor Industries Baltic",
        "Torfalamor Indutsries Baltic",  # in the dictionary it is "ind"
        "Torfalamr Industries Baltic",
        "Torfalanor Industries Baltic",
        "Baltic Torfalanor Industries",
        "Torfalamorion Industries Baltic",  # several errors in the second half
    ],
)
def test_one_typing_error_anywhere_leads_to_the_name(typed):
    buyer = a_buyer("Torfalamor Industries Baltic Ltd")
    a_buyer("Elbe Solartechnik GmbH")
    assert found(typed)[:1] == [buyer.pk]


@pytest.mark.parametrize(
    "typed",
    [
        "香港源世顺汽配",
        "香港源顺汽配",
        "香港源顺顺世汽配",
        "香港源民世汽配",
        "源顺世汽配",
        "香港源顺世汽车",
        "香港源顺世汽配有限公",
        "香港源顺世汽配有公限司",
        "香港源顺世汽配有限信司",
    ],
)
def test_one_wrong_character_leads_to_the_name(typed):
    buyer = a_buyer("香港源顺世汽配有限公司", country="HK")
    a_buyer("香港明华照明有限公司", country="HK")
    assert found(typed)[:1] == [buyer.pk]


def test_names_near_are_bare_names_again():
    assert {"marby glass", "marby glas sltda", "mary glassltda"} <= names_near("marby glassltda") | names_near(
        "marby glassl tda"
    )
    assert "trd" in words_near("tradng")
    assert "" not in names_near("a") | words_near("a")


def test_the_country_is_asked_of_what_begins_so():
    abroad = a_buyer("Nordlicht Handel GmbH", country="AT")
    a_buyer("Nordlicht Handel GmbH", country="DE")
    assert found("Nordlicht", "AT") == [abroad.pk]
    assert found("Nordlihct Handel", "AT") == [abroad.pk]
