"""信保贷 by page and by API: the exporter applies and draws, the bank offers and signs; both ways end with the same figures."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from financing import services as financing
from financing.models import Check, CreditLine, CreditState, Loan
from sinosure.core import clock
from tests.factories.microloan import (
    BUYER,
    a_drawn_loan,
    a_product,
    a_referred_application,
    an_active_line,
    an_applicant,
    an_application,
    an_invoice_to_draw_on,
)
from tests.factories.people import actor, user

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def client_of(name: str) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user(name), backend=BACKEND)
    return client


def api(name: str) -> APIClient:
    client = APIClient()
    client.force_login(user(name), backend=BACKEND)
    return client


def url(name: str, *args: int) -> str:
    return reverse(f"financing:credit-line-{name}", args=args)


def send(name: str, address: str, **data: object) -> str:
    """Open the form as the person would, fill it in, send it; the address it leads to."""
    client = client_of(name)
    shown = client.get(address)
    assert shown.status_code == 200, (name, address)
    key = re.search(r'name="form_key" value="([^"]+)"', shown.content.decode())
    answer = client.post(address, {**data, "form_key": key.group(1) if key else ""})
    assert answer.status_code == 302, re.findall(r'data-code="(\w+)"', answer.content.decode())
    return str(answer.headers["location"])


def test_the_whole_way_by_page():
    """Apply → the bank offers → both sign → the insurer signs → an invoice → 80 % of it is drawn → repaid."""
    an_applicant()
    product = a_product()
    page = client_of("wu").get(url("apply")).content.decode()
    assert "91530100MA6K3TF72M" in page  # known already
    assert "1,000,000.00" in page
    detail = send("wu", url("apply"), product=product.pk, asked="650,000", tenor_days=120, authorises="on")
    line = CreditLine.objects.get()
    assert (detail, line.state) == (url("detail", line.pk), CreditState.REFERRED)
    send("li", url("offer", line.pk), amount="650000", rate_pct="3.45", tenor_days="120")
    send("wu", url("sign", line.pk), is_read="on")
    send("wang", url("sign-bank", line.pk), is_read="on")
    line.refresh_from_db()
    financing.sign_insurer(actor=actor("zhou"), agreement_id=line.agreement_id)
    today = clock.today()
    draw_on = send(
        "wu", url("invoice", line.pk), buyer=BUYER, country="VN", invoice_no="YS-8", currency="USD", amount="50000",
        shipped_on=str(today), due_on=str(today + timedelta(days=60)),
    )  # fmt: skip
    page = client_of("wu").get(draw_on).content.decode()
    assert 'value="40000.00"' in page or 'value="40,000.00"' in page  # the most that may be drawn is filled in
    send("wu", draw_on, principal="40,000", matures_on=str(today + timedelta(days=90)))
    loan = Loan.objects.get()
    assert (loan.principal, loan.state) == (Decimal(40_000), "DISBURSED")
    send("li", reverse("financing:loan-repay", args=[loan.pk]), amount="40000", paid_on=str(today), reference="HK-9")
    page = client_of("wu").get(detail).content.decode()
    assert loan.number in page
    assert "0.00" in page


def test_the_whole_way_by_api():
    an_applicant()
    product = a_product()
    offered = api("wu").get("/api/v1/credit-products/").json()["results"]
    assert offered[0]["terms"][0]["grade"] == "A"
    asked = {"product": product.pk, "asked": "650000", "tenor_days": 120, "authorises": True}
    made = api("wu").post("/api/v1/credit-lines/", asked, format="json")
    assert (made.status_code, made.json()["state"], made.json()["points"]) == (201, "REFERRED", 85)
    assert [one["points"] for one in made.json()["score"]["factors"]] == [12, 20, 25, 15, 7, 6]
    address = f"/api/v1/credit-lines/{made.json()['id']}/"
    offer = {"amount": "650000", "rate_pct": "3.45", "tenor_days": 120}
    for name, step, body in (("li", "offer", offer), ("wu", "sign", {}), ("wang", "sign_bank", {})):
        answer = api(name).post(f"{address}{step}/", body, format="json")
        assert answer.status_code == 200, answer.json()
    financing.sign_insurer(actor=actor("zhou"), agreement_id=answer.json()["agreement"])
    today = clock.today()
    invoice = {
        "buyer": BUYER, "country": "VN", "invoice_no": "YS-8", "currency": "USD", "amount": "50000.00",
        "shipped_on": str(today), "due_on": str(today + timedelta(days=60)),
    }  # fmt: skip
    shipment = api("wu").post(f"{address}register_invoice/", invoice, format="json").json()["shipment"]
    wish = {"shipment": shipment, "currency": "USD", "principal": "40000.00"}
    replayed = {"HTTP_IDEMPOTENCY_KEY": "draw-1"}
    wu = api("wu")
    loan = wu.post(f"{address}draw/", wish, format="json", **replayed)
    assert (loan.status_code, loan.json()["outstanding"]) == (201, "40000.000")
    assert wu.post(f"{address}draw/", wish, format="json", **replayed).json()["id"] == loan.json()["id"]
    assert Loan.objects.count() == 1
    again = api("wu").post(f"{address}draw/", {**wish, "principal": "0.01"}, format="json")
    assert (again.status_code, again.json()["code"]) == (422, "over_invoice")
    for changes, code in (({"currency": "EUR"}, "other_currency"), ({"principal": "0"}, "must_be_positive")):
        assert api("wu").post(f"{address}draw/", {**wish, **changes}, format="json").json()["code"] in (code, "invalid")
    assert api("wu").post(f"{address}draw/", {**wish, "shipment": 10**9}, format="json").status_code == 404
    found = api("li").get(address).json()
    assert (len(found["loans"]), found["actions"]) == (1, [])


def test_a_refused_draw_keeps_what_was_typed_and_the_question():
    line = an_active_line()
    shipment = an_invoice_to_draw_on(line)
    client, address = client_of("wu"), url("draw-on", line.pk, shipment.pk)
    answer = client.post(address, {"principal": "41,000", "matures_on": str(shipment.due_on)})
    page = answer.content.decode()
    assert (answer.status_code, 'data-code="over_invoice"' in page, "41,000" in page) == (422, True, True)
    assert Check.objects.filter(code="OVER_INVOICE", asked_by=user("wu"), bank=line.bank).exists()


def test_the_pages_open_for_each_side_and_are_closed_to_others():
    line = a_drawn_loan().drawdown.line
    for name in ("wu", "li", "wang", "zheng", "zhou", "yan"):
        for address in (url("list"), url("detail", line.pk)):
            page = client_of(name).get(address)
            assert page.status_code == 200, (name, address)
            assert line.number in page.content.decode()
    for name in ("zhao", "kong"):
        assert client_of(name).get(url("detail", line.pk)).status_code == 404
        assert line.number not in client_of(name).get(url("list")).content.decode()
    assert client_of("wu").get(url("draw", line.pk)).status_code == 200
    assert client_of("li").get(url("draw", line.pk)).status_code == 403


def test_the_bank_loses_sight_of_the_data_with_the_revocation():
    line = a_referred_application()
    assert "85 / 100" in client_of("li").get(url("detail", line.pk)).content.decode()
    send("wu", url("revoke", line.pk))
    assert "85 / 100" not in client_of("li").get(url("detail", line.pk)).content.decode()
    assert api("li").get(f"/api/v1/credit-lines/{line.pk}/").json()["score"] is None
    assert "85 / 100" in client_of("wu").get(url("detail", line.pk)).content.decode()


@pytest.mark.parametrize("name", ["wu", "zhao"])
def test_who_has_no_micro_policy_is_shown_the_way_to_one(name):
    a_product()
    assert reverse("policies:micro-tiers") in client_of(name).get(url("apply")).content.decode()


def test_withdraw_decline_and_close_ask_first():
    line = an_application()
    send("wu", url("withdraw", line.pk))
    line.refresh_from_db()
    assert line.state == CreditState.WITHDRAWN
    second = a_referred_application()
    send("li", url("decline", second.pk), text="No business in this region.")
    assert "No business in this region." in client_of("wu").get(url("detail", second.pk)).content.decode()
