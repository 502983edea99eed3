"""找新客户: an exporter of LED lamps finds a buyer in the Emirates, checks its light and applies for a limit; by page and by API."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from credit_info.customers.selectors import favourites
from credit_info.models import Obligor
from limits.models import LimitApplication
from sinosure.core import clock
from tests.factories.limits import FACTS
from tests.factories.people import actor
from tests.factories.policies import a_policy_in_force
from tests.factories.trade import a_lamp_market
from tests.journeys.html import Page
from tests.journeys.people import Caller, Reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def dune():
    with clock.frozen(date(2026, 11, 23)):
        found = a_lamp_market()
        a_policy_in_force()
        yield found


def test_by_page(dune):
    chen = Reader("chen")
    start = reverse("credit_info:navigator")
    register = reverse("credit_info:obligor-list")
    assert register in Page(chen.open("/").content.decode()).links
    assert start in Page(chen.open(register).content.decode()).links
    market = chen.open(f"{start}?product=LED+lamps&country=AE")
    shown = market.content.decode()
    for figure in ("171,000", "+850%", "93%"):  # 60,000 + 12,000 + 99,000; 18,000 a year earlier; 159,000 / 171,000
        assert figure in shown
    assert shown.index("Khor Electrical") < shown.index("Dune Light")
    green = Page(chen.open(f"{start}?product=9405&country=AE&light=GREEN").content.decode())
    [profile] = [link for link in green.links if "/navigator/buyers/" in link]
    page = chen.open(profile).content.decode()
    for figure in ("80,000", "90.0%", "Green: normal trading", "s•••@dune.example"):  # 72,000 / 80,000 are lamps
        assert figure in page
    chen.open(reverse("credit_info:obligor-detail", args=[dune.pk]))
    chen.act(profile, "mark")
    assert favourites(actor("chen")) == {dune.pk}
    apply = next(link for link in Page(page).links if urlsplit(link).path == reverse("limits:application-new"))
    [form] = [form for form in Page(chen.open(apply).content.decode()).forms if "obligor" in form.offered]
    assert form.values["obligor"] == [str(dune.pk)]
    answers = {name: str(value) for name, value in FACTS.items() if value is not False}
    chen.fill(apply, term="OA", credit_days="60", amount="40,000", **answers)
    application = LimitApplication.objects.get()
    assert (application.obligor_id, application.amount) == (dune.pk, 40_000)


def test_by_api(dune):
    chen = Caller("chen")
    code = chen.get("navigator/products/", q="LED lamps")["product"]["code"]
    market = chen.get("navigator/market/", product=code, country="AE")
    assert (market["buyers"], market["figures"]["amount"], market["a_year_earlier"]["amount"]) == (
        2,
        "171000.00",
        "18000.00",
    )
    assert market["synthetic"] is False
    assert [(one["code"], one["growth"]) for one in chen.get("navigator/countries/", product=code)] == [
        ("AE", "8.5000"), ("DE", None),
    ]  # fmt: skip
    found = chen.get("navigator/buyers/", product=code, country="AE", light="GREEN")["results"]
    assert [(row["buyer"], Decimal(row["amount"]), row["count"], row["has_contact"]) for row in found] == [
        (dune.pk, 72_000, 6, True)
    ]
    buyer = chen.get(f"navigator/{dune.pk}/")
    assert (buyer["light"], buyer["contacts"][0]["email"]) == ("GREEN", "s•••@dune.example")
    assert [(one["code"], one["figures"]["amount"]) for one in buyer["trade"]["origins"]] == [
        ("CN", "68000.00"),
        ("IN", "12000.00"),
    ]
    assert (
        chen.get(f"navigator/{dune.pk}/", first="2025-10", last="2025-10")["trade"]["figures"]["amount"] == "18000.00"
    )
    assert chen.post(f"navigator/{dune.pk}/contacts/")[0]["email"] == "sam@dune.example"
    policy = chen.get("policies/")["results"][0]["id"]
    made = chen.post("limit-applications/", {
        "policy": policy, "obligor": dune.pk, "term": "OA", "credit_days": 60, "amount": "40000", "facts": FACTS,
    })  # fmt: skip
    assert LimitApplication.objects.get(pk=made["id"]).obligor == Obligor.objects.get(pk=dune.pk)


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        ("navigator/products/", {"q": "94054"}, 422, "hs_five_digits"), ("navigator/market/", {"product": "umbrelas"}, 422, "product_not_found"),
        ("navigator/market/", {"product": "furniture"}, 422, "product_unclear"), ("navigator/market/", {}, 400, "required"),
        ("navigator/market/", {"product": "9405", "period": "1066"}, 422, "bad_period"), ("navigator/buyers/", {"product": "9405", "least": "-1"}, 400, "min_value"),
        ("navigator/market/", {"product": "9405", "country": "Atlantis"}, 400, "bad_country"), ("navigator/999999999/", {}, 404, "not_found"),
        ("navigator/buyers/", {"product": "9405", "cursor": "x"}, 404, "not_found"),
    ],
)  # fmt: skip
def test_the_api_says_what_is_wrong(dune, path, query, status, code):
    chen = Caller("chen")
    answer = chen.client.get(f"/api/v1/{path}", query, headers=chen.headers)
    assert (answer.status_code, code in answer.content.decode()) == (status, True), answer.content.decode()


def test_the_analyst_hands_a_file_in_by_api_and_an_exporter_cannot(dune):
    upload = io.BytesIO(
        f"buyer,country,hs,origin,month,weight_kg,amount,count\n{dune.code},AE,94054,CN,2026-10,1,1,1\n".encode()
    )
    upload.name = "n.csv"
    made = Caller("cao").upload("trade-imports/", file=upload, source="Customs")
    assert (made["rows"], made["refused"]) == (1, 1)
    [fault] = Caller("cao").get(f"trade-imports/{made['id']}/faults/")["results"]
    assert (fault["row_no"], fault["column"], fault["code"]) == (2, "hs", "hs_five_digits")
    chen = Caller("chen")
    assert chen.client.get("/api/v1/trade-imports/", headers=chen.headers).status_code == 403
