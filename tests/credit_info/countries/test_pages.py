"""国别全景 and 行业概览: pages, exports, notes and API."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from rest_framework.test import APIClient

from credit_info.atlas import noting, picture, selectors, sources
from credit_info.atlas.loading import load_notes
from credit_info.atlas.models import CountryNote, CoverChange
from credit_info.atlas.summing import summarise
from credit_info.atlas.words import TEXTS
from sinosure.accounts.actor import ANONYMOUS
from sinosure.core import clock
from sinosure.reference.industries import INDUSTRIES
from sinosure.reference.regions import REGIONS
from sinosure.reference.seed.load import load_reference
from tests.credit_info.countries.asked import OPEN, client_of, in_force
from tests.factories.declarations import a_shipment
from tests.factories.limits import a_limit
from tests.factories.people import actor, user
from tests.refusals import code_of

pytestmark = pytest.mark.django_db


def test_tiles_name_every_country_and_colour_is_never_alone():
    load_reference()
    rows = selectors.countries(ANONYMOUS)
    assert len(rows) == sum(len(region.codes) for region in REGIONS)
    for colour, sign in (("class", ">A</text>"), ("status", ">restr.</text>"), ("open", ">–</text>")):
        with translation.override("en"):
            drawn = "".join(str(part.picture) for part in picture.tile_map(rows, colour))
        assert drawn.count("<title>") == len(rows)
        assert sign in drawn
    assert [picture.short(Decimal(n)) for n in (0, 499, 500, 94_999, 999_500, 1_240_000, 9_949_999, 12_600_000)] == [
        "<1k", "<1k", "0k", "95k", "1.0m", "1.2m", "9.9m", "13m"
    ]  # fmt: skip


def test_a_guest_reads_cover_notes_and_news_and_no_figures():
    load_reference()
    load_notes()
    load_notes()
    guest = Client(headers={"accept-language": "en"})
    for name, args in (
        ("country-list", []),
        ("industry-list", []),
        ("industry-detail", [20]),
        ("country-detail", ["de"]),
    ):
        page = guest.get(reverse(f"credit_info:{name}", args=args))
        assert page.status_code == 200
        assert "Limits in force" not in page.content.decode()
    page = guest.get(reverse("credit_info:country-detail", args=["DE"])).content.decode()
    assert "Open account is usual" in page
    assert "Sample" in page
    report = guest.get(reverse("credit_info:country-report", args=["DE"]))
    assert (report.status_code, report.content[:4]) == (200, b"%PDF")
    for wrong in ("CN", "AQ", "ZZ", "XX9"):
        assert guest.get(reverse("credit_info:country-detail", args=[wrong])).status_code == 404
    for section in (0, 22):
        assert guest.get(reverse("credit_info:industry-detail", args=[section])).status_code == 404


@pytest.mark.parametrize("q", ["%", "_", "x" * 5000, "😀", "\u202e", "'; --", "\x00", "字"])
def test_odd_filters_filter_nothing_worse(q):
    load_reference()
    guest, address = Client(), reverse("credit_info:country-list")
    assert guest.get(address, {"q": q}).status_code in (200, 422)
    assert guest.get(address, {"region": q, "risk_class": q, "status": q, "colour": q}).status_code in (200, 422)


def test_the_list_filters_searches_and_exports_what_is_shown():
    a_shipment(a_limit(), amount=Decimal(60_000))
    summarise()
    chen, address = client_of("chen"), reverse("credit_info:country-list")
    for given in (
        {"q": "德国"},
        {"q": "germ"},
        {"q": "de", "risk_class": "A"},
        {"region": "western-europe", "colour": "open"},
    ):
        page = chen.get(address, given).content.decode()
        assert reverse("credit_info:country-detail", args=["DE"]) in page
        assert reverse("credit_info:country-detail", args=["BR"]) not in page
    rows = b"".join(chen.get(address, {"q": "germany", "export": "csv"}).streaming_content).decode().splitlines()
    assert len(rows) == 2
    assert rows[1].startswith("DE,Germany")
    assert "60000.00" in rows[1]
    guest = b"".join(Client().get(address, {"export": "csv"}).streaming_content).decode()
    assert "60000" not in guest


def test_pages_ask_as_often_for_many_countries_as_for_one(django_assert_max_num_queries):
    a_shipment(a_limit())
    summarise()
    zhou = client_of("zhou")
    for name, args in (("country-list", []), ("industry-list", []), ("portfolio", []), ("country-detail", ["DE"])):
        with django_assert_max_num_queries(26):
            zhou.get(reverse(f"credit_info:{name}", args=args))


def test_the_staff_change_cover_and_notes_on_pages():
    limit = a_limit()
    zhou, sun, feng = (client_of(name) for name in ("zhou", "sun", "feng"))
    form = {"risk_class": "A", "cover_status": "SUSPENDED", "cap": "", "effective_on": str(clock.today()), "reason": ""}
    address = reverse("credit_info:country-propose", args=["DE"])
    assert zhou.post(address, form).status_code == 422
    made = zhou.post(address, {**form, "reason": "Channels closed"})
    change = CoverChange.objects.get()
    assert made["Location"] == reverse("credit_info:change-detail", args=[change.pk])
    assert "A second person decides" in zhou.get(made["Location"]).content.decode()
    assert reverse("credit_info:change-approve", args=[change.pk]) not in zhou.get(made["Location"]).content.decode()
    assert zhou.post(reverse("credit_info:change-approve", args=[change.pk])).status_code == 403
    assert "an underwriter of level 3 or higher" in sun.get(made["Location"]).content.decode()
    assert sun.post(reverse("credit_info:change-approve", args=[change.pk])).status_code == 403
    assert feng.post(reverse("credit_info:change-approve", args=[change.pk])).status_code == 302
    page = client_of("chen").get(reverse("credit_info:country-detail", args=["DE"])).content.decode()
    assert "Cover is suspended" in page
    assert "Channels closed" not in page  # the reason is the insurer's
    assert client_of("chen").get(reverse("credit_info:change-list")).status_code == 403
    assert (
        "The country is suspended" in client_of("chen").get(reverse("limits:detail", args=[limit.pk])).content.decode()
    )
    in_force(OPEN)
    reopen = reverse("limits:reopen-country", args=["DE"])
    assert "1 limits are stopped" in zhou.get(reopen).content.decode()
    assert zhou.post(reopen, {"text": "Channels work"}).status_code == 302
    note = {
        "kind": "EVENT",
        "on": str(clock.today()),
        "text_zh": "港口恢复",
        "text_en": "Ports work",
        "source": "Port notice",
    }
    assert zhou.post(reverse("credit_info:country-note-new", args=["DE"]), note).status_code == 302
    row = CountryNote.objects.get(kind="EVENT")
    assert (
        code_of(lambda: noting.write(actor=actor("zhou"), country=row.country, **{**note, "on": row.on}))
        == "noted_already"
    )
    assert (
        zhou.post(reverse("credit_info:country-note-end", args=[row.pk]), {"on": str(clock.today())}).status_code == 302
    )
    assert not selectors.notes("DE").exists()
    assert zhou.post(reverse("credit_info:sum-up"), {"next": "https://evil.example/"})["Location"].startswith(
        "/buyers/"
    )


def test_the_api_reads_proposes_and_decides():
    a_shipment(a_limit(), amount=Decimal(60_000))
    summarise()
    chen, zhou, sun, feng = (APIClient() for _ in range(4))
    for client, name in ((chen, "chen"), (zhou, "zhou"), (sun, "sun"), (feng, "feng")):
        client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    found = chen.get("/api/v1/countries/", {"q": "germany"}).json()
    assert [(row["code"], row["figures"]["usd"]["open"]) for row in found] == [("DE", "60000.00")]
    assert chen.get("/api/v1/countries/de/").json()["cap_usd"] is None
    assert chen.get("/api/v1/countries/CN/").status_code == 404
    assert len(chen.get("/api/v1/industries/").json()) == 21
    assert chen.get("/api/v1/industries/22/").status_code == 404
    assert chen.get("/api/v1/countries/portfolio/?by=group").json()[0]["part"] == "1.000000"
    terms = {"risk_class": "A", "cover_status": "SUSPENDED", "reason": "Channels closed"}
    assert chen.post("/api/v1/countries/DE/propose/", terms, format="json").status_code == 403
    made = zhou.post("/api/v1/countries/DE/propose/", terms, format="json")
    assert (made.status_code, made.json()["actions"]) == (201, ["withdraw"])
    address = f"/api/v1/country-changes/{made.json()['id']}/"
    assert zhou.post(f"{address}approve/", {}, format="json").json()["code"] == "four_eyes"
    assert (made.json()["level_needed"], sun.get(address).json()["actions"]) == (3, ["reject", "withdraw"])
    assert sun.post(f"{address}approve/", {}, format="json").json()["code"] == "authority"
    assert feng.post(f"{address}approve/", {}, format="json").json()["state"] == "IN_FORCE"
    assert chen.get(address).status_code == 403
    again = zhou.post("/api/v1/countries/DE/propose/", terms, format="json")
    assert (again.status_code, again.json()["code"], again.json()["field"]) == (422, "nothing_changes", "cover_status")


def test_every_industry_has_its_text():
    assert set(TEXTS) == {one.section for one in INDUSTRIES}
    assert all(text.zh and text.en for text in TEXTS.values())


def test_news_come_from_every_source_newest_first(monkeypatch):
    monkeypatch.setattr(sources, "_news", [])
    day = clock.today()
    sources.register_news(lambda who, country, industry: [sources.News(day - timedelta(days=2), "old", "/")])
    sources.register_news(lambda who, country, industry: [sources.News(day, "new", "/")])
    assert [one.title for one in sources.news_of(ANONYMOUS, country="DE", most=1)] == ["new"]
