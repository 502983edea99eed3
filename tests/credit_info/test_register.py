"""The register of buyers and banks: codes, duplicates, the light, pages and API."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from credit_info import panels, services
from credit_info.matching import bare_name, possible_duplicates
from credit_info.models import Light, Obligor
from sinosure.audit.models import AuditEntry
from sinosure.core import clock
from sinosure.core.errors import NotAllowed
from sinosure.reference.models import Country
from tests.factories.obligors import a_bank_obligor, a_buyer
from tests.factories.people import actor, user
from tests.refusals import code_of

pytestmark = pytest.mark.django_db


def client_of(name: str) -> Client:
    client = Client()
    client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return client


def add(name: str, country: str = "DE", who: str = "chen", **facts):
    return services.add_buyer(actor=actor(who), name=name, country=country, **facts)


def test_a_buyer_gets_a_code_of_its_country():
    buyers = [a_buyer(country="DE"), a_buyer(country="DE"), a_buyer(country="AE")]
    assert [buyer.code for buyer in buyers] == ["BDE-00001", "BDE-00002", "BAE-00001"]
    assert {buyer.light for buyer in buyers} == {Light.UNKNOWN}


def test_an_exporter_may_name_a_buyer_and_a_claims_officer_may_not():
    assert add("Nordlicht Möbel GmbH").pk
    with pytest.raises(NotAllowed):
        add("Nordlicht Möbel AG", who="he")


@pytest.mark.parametrize(
    ("name", "country", "code"),
    [
        ("Shanghai Trading Co., Ltd.", "CN", "buyer_in_prc"),
        ("NINGBO HAITUO IMPORT AND EXPORT", "DE", "buyer_is_seller"),
        ("Ningbo Haituo Import & Export Co. Ltd", "HK", "buyer_is_seller"),
        ("宁波海拓进出口有限公司", "HK", "buyer_is_seller"),
        ("X", "DE", "name_missing"),
        ("Weber\u202eGmbH", "DE", "control_characters"),
    ],
)
def test_buyers_that_cannot_be_insured_are_refused(name, country, code):
    actor("chen")
    if code:
        assert code_of(lambda: add(name, country)) == code
    else:
        add(name, country)


def test_hong_kong_is_abroad():
    actor("chen")
    assert add("Harbour Trading Ltd", "HK").code == "BHK-00001"


@pytest.mark.parametrize("other", ["WEBER HANDEL GMBH", "Weber Händel G.m.b.H.", "Weber Handel", "Weber Handels GmbH"])
def test_a_name_that_is_nearly_the_same_is_shown_first_and_added_when_confirmed(other):
    known = a_buyer("Weber Handel GmbH")
    assert [row.pk for row in possible_duplicates(other, "DE")] == [known.pk]
    assert code_of(lambda: add(other)) == "possible_duplicate"
    assert add(other, confirmed_new=True).pk != known.pk


def test_the_same_registration_number_is_a_hint_whatever_the_name():
    a_buyer("Weber Handel GmbH", registration_no="HRB 1204")
    assert code_of(lambda: add("Something else", registration_no="HRB 1204")) == "possible_duplicate"


def test_namesakes_in_another_country_are_other_companies():
    a_buyer("Weber Handel GmbH")
    assert add("Weber Handel GmbH", "AT").code == "BAT-00001"


def test_the_bare_name_leaves_legal_form_case_and_accents_out():
    assert bare_name("Casa Verde Importações, Ltda.") == bare_name("CASA VERDE IMPORTACOES LTDA")


def test_a_bank_is_known_by_its_bic():
    bank = a_bank_obligor(bic="deutdeffxxx")
    assert bank.bic == bank.code == "DEUTDEFF"
    again = services.add_bank(actor=actor("chen"), name="Deutsche", country="DE", bic="DEUTDEFF")
    assert again.pk == bank.pk
    assert code_of(lambda: services.add_bank(actor=actor("chen"), name="B", country="DE", bic="DEUT")) == "bad_bic"


def test_the_database_refuses_a_bank_without_a_bic():
    bank = a_bank_obligor()
    with pytest.raises(IntegrityError, match="obligor_bank_has_bic"), transaction.atomic():
        Obligor.objects.filter(pk=bank.pk).update(bic="")


def test_the_light_needs_dated_reasons_and_an_analyst():
    buyer = a_buyer()
    with pytest.raises(NotAllowed):
        services.set_light(actor=actor("zhou"), obligor_id=buyer.pk, light="GREEN", reasons=["x"])
    light = {"actor": actor("cao"), "obligor_id": buyer.pk}
    assert code_of(lambda: services.set_light(**light, light="RED", reasons=[" "])) == "reason_missing"
    services.set_light(**light, light="RED", reasons=["Insolvency filed, court of Kiel"])
    lit = services.set_light(**light, light="YELLOW", reasons=["Plan confirmed", "Pays on time since"])
    assert [row["light"] for row in lit.light_reasons] == ["YELLOW", "YELLOW", "RED"]
    assert lit.light_as_of == clock.today()


def test_a_light_is_not_dated_in_the_future():
    buyer = a_buyer()
    tomorrow = clock.today().replace(year=clock.today().year + 1)
    light = {"actor": actor("cao"), "obligor_id": buyer.pk, "light": "GREEN", "reasons": ["x"], "as_of": tomorrow}
    assert code_of(lambda: services.set_light(**light)) == "in_the_future"


def test_edited_facts_leave_the_old_ones_in_the_trail():
    buyer = a_buyer(city="Kiel")
    services.edit(actor=actor("cao"), obligor_id=buyer.pk, city="Hamburg")
    detail = AuditEntry.objects.get(action="obligor.edited").detail
    assert (detail["was"], detail["now"]) == ({"city": "Kiel"}, {"city": "Hamburg"})


def test_search_finds_parts_likenesses_codes_and_numbers():
    buyer = a_buyer("Baltika Tekstil UAB", "LT", registration_no="302 777")
    a_buyer("Gulf Steel Works W.L.L.", "KW")
    cao = client_of("cao")
    address = reverse("credit_info:obligor-list")
    for q in ("tekstil", "Baltica Textil UAB", buyer.code.lower(), "302 777"):
        page = cao.get(address, {"q": q}).content.decode()
        assert "Baltika Tekstil UAB" in page, q
        assert "Gulf Steel" not in page, q
    assert "Gulf Steel" in cao.get(address, {"country": "KW"}).content.decode()
    for wrong in ({"q": "x" * 500}, {"q": "%_\\"}, {"country": "ZZ"}, {"after": "??"}, {"light": "PINK"}):
        assert cao.get(address, wrong).status_code in (200, 400)


def test_a_chinese_name_in_local_script_is_found():
    a_buyer("Harbour Trading Ltd", "HK", local_name="海港贸易有限公司")
    page = client_of("cao").get(reverse("credit_info:obligor-list"), {"q": "海港"}).content.decode()
    assert "Harbour Trading Ltd" in page


def test_the_form_shows_the_likely_duplicate_then_adds_and_goes_back_where_it_was_asked():
    known = a_buyer("Weber Handel GmbH")
    chen = client_of("chen")
    address = reverse("credit_info:obligor-propose") + "?next=/policies/"
    form = {"name": "Weber Handels GmbH", "country": "DE"}
    hint = chen.post(address, form)
    assert hint.status_code == 409
    assert known.code in hint.content.decode()
    added = chen.post(address, {**form, "confirmed_new": "on"})
    assert added["Location"] == f"/policies/?obligor={Obligor.objects.latest('pk').pk}"
    foreign = chen.post(address.replace("/policies/", "https://evil.example/"), {"name": "Nordlicht", "country": "DE"})
    assert foreign["Location"].startswith("/buyers/")


def test_pages_open_for_those_who_may_in_both_languages():
    buyer = a_buyer(light="GREEN")
    detail = reverse("credit_info:obligor-detail", args=[buyer.pk])
    for language in ("zh-hans", "en"):
        for name in ("chen", "zhou", "he", "cao", "li"):  # li: a bank may be an insured of its own
            assert client_of(name).get(detail, headers={"accept-language": language}).status_code == 200
    assert client_of("zheng").get(detail).status_code == 403
    assert client_of("zhou").get(reverse("credit_info:obligor-light", args=[buyer.pk])).status_code == 403
    cao = client_of("cao")
    light = reverse("credit_info:obligor-light", args=[buyer.pk])
    assert cao.get(light).status_code == 200
    assert cao.post(light, {"light": "RED", "reasons": "", "as_of": str(clock.today())}).status_code == 422
    assert cao.post(light, {"light": "RED", "reasons": "Filed", "as_of": str(clock.today())}).status_code == 302


def test_the_exporter_reads_the_reasons_but_not_who_gave_them():
    buyer = a_buyer(light="RED")
    detail = reverse("credit_info:obligor-detail", args=[buyer.pk])
    page = client_of("chen").get(detail).content.decode()
    assert "Accounts of last year read" in page
    assert user("cao").name_zh not in page.split("Accounts of last year read")[1]


def test_an_app_above_adds_its_panel_to_a_buyers_page(monkeypatch):
    buyer = a_buyer()
    monkeypatch.setattr(panels, "_panels", [])
    panels.register_panel(
        lambda who, obligor: ("components/note.html", {"tone": "blue", "text": f"Seen by {who.name}"})
    )
    panels.register_panel(lambda who, obligor: None)
    page = client_of("cao").get(reverse("credit_info:obligor-detail", args=[buyer.pk])).content.decode()
    assert f"Seen by {user('cao').name}" in page


def test_the_register_asks_as_often_for_many_as_for_one(django_assert_max_num_queries):
    for _n in range(8):
        a_buyer()
    cao = client_of("cao")
    with django_assert_max_num_queries(12):
        cao.get(reverse("credit_info:obligor-list"))


def test_the_api_has_the_same_register():
    client = APIClient()
    client.force_login(user("cao"), backend="django.contrib.auth.backends.ModelBackend")
    assert Country.objects.exists()
    made = client.post("/api/v1/buyers/", {"name": "Weber Handel GmbH", "country": "DE"}, format="json")
    assert (made.status_code, made.json()["code"]) == (201, "BDE-00001")
    again = client.post("/api/v1/buyers/", {"name": "Weber Handel", "country": "DE"}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "possible_duplicate")
    home = client.post("/api/v1/buyers/", {"name": "Home", "country": "CN"}, format="json")
    assert (home.status_code, home.json()["code"], home.json()["field"]) == (422, "buyer_in_prc", "country")
    lit = client.post(
        f"/api/v1/buyers/{made.json()['id']}/light/", {"light": "GREEN", "reasons": ["Read"]}, format="json"
    )
    assert lit.json()["light"] == "GREEN"
    assert len(client.get("/api/v1/buyers/", {"q": "weber"}).json()["results"]) == 1
