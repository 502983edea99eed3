"""The bad inputs of issue 4 that the golden cases leave out, by page and by API: a named answer, and nothing reserved."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from financing.models import Agreement, FinancedInvoice, Loan
from policies.models import LiabilityCounter
from sinosure.core import clock
from tests.factories.financing import a_financeable_shipment, a_loan, an_approved_loan
from tests.factories.people import user
from tests.financing.test_golden_on_pages_and_api import Ask, ways

pytestmark = pytest.mark.django_db


def client(name: str) -> Client:
    found = Client()
    found.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return found


@ways
def test_however_another_bank_writes_the_invoice_it_is_financed_already(way: Ask):
    """Other case, full width, blanks, a zero-width space: one invoice."""
    a_loan(a_financeable_shipment(invoice_no="INV-1"), 10_000)
    for written in ("ｉｎｖ－１", "I N V 1", "inv\u200b-1"):
        other = a_financeable_shipment("jiangwan", invoice_no=written)
        assert way(other, "1000.00", "jiangwan")[0] == "duplicate_other_bank"
    assert FinancedInvoice.objects.count() == 1


@ways
def test_the_policy_ceiling_and_a_day_too_late(way: Ask):
    """Of a maximum liability of 50,000 left, 50,000.01 is too much; due + 31 days is a day too late."""
    shipment = a_financeable_shipment()
    late = str(shipment.due_on + timedelta(days=31))
    assert way(shipment, "10000.00", matures_on=late)[0] == "over_tenor"
    counter = LiabilityCounter.objects.get(pk=shipment.policy_id)
    LiabilityCounter.objects.filter(pk=counter.pk).update(paid_total=counter.maximum - Decimal(50_000))
    code, text = way(shipment, "50000.01")
    assert (code, "50,000.00" in text or "50000.00" in text) == ("over_policy", True)
    assert not Loan.objects.exists()
    assert way(shipment, "50000.00")[0] == "ok"


def test_nothing_is_drawn_after_the_agreement_ended_nor_repaid_above_what_is_open():
    reserved, lent = an_approved_loan(), a_loan(principal=10_000)
    Agreement.objects.filter(pk=reserved.agreement_id).update(state="RELEASED", active_until=clock.today())
    today = str(clock.today())
    draw = client("li").post(reverse("financing:loan-draw", args=[reserved.pk]), {"drawn_on": today})
    assert (draw.status_code, 'data-code="not_insured"' in draw.content.decode()) == (409, True)
    asked = client("li").post(
        f"/api/v1/loans/{reserved.pk}/draw/", {"drawn_on": today}, content_type="application/json"
    )
    assert (asked.status_code, asked.json()["code"]) == (409, "not_insured")
    repaid = {"amount": "10000.01", "paid_on": today, "reference": "R-1"}
    page = client("li").post(reverse("financing:loan-repay", args=[lent.pk]), repaid)
    assert (page.status_code, 'data-code="over_repaid"' in page.content.decode()) == (422, True)
    over = client("li").post(
        f"/api/v1/loans/{lent.pk}/repay/", {**repaid, "currency": "USD"}, content_type="application/json"
    )
    assert (over.status_code, over.json()["code"]) == (422, "over_repaid")
    lent.refresh_from_db()
    assert lent.repaid == 0


def test_a_replayed_request_lends_once_by_page_and_by_api():
    shipment = a_financeable_shipment()
    body = {
        "principal": "10000", "drawn_on": str(clock.today()), "matures_on": str(shipment.due_on), "_go": "confirm",
        "form_key": str(uuid4()),
    }  # fmt: skip
    li, address = client("li"), reverse("financing:loan-lend", args=[shipment.pk])
    assert {li.post(address, body)["Location"] for _n in range(2)} == {
        reverse("financing:loan-detail", args=[Loan.objects.get().pk])
    }
    asked = {
        "shipment": shipment.pk,
        "currency": "USD",
        **{name: body[name] for name in ("principal", "drawn_on", "matures_on")},
    }
    answers = [
        li.post("/api/v1/loans/", asked, content_type="application/json", headers={"idempotency-key": "k-1"}).json()[
            "id"
        ]
        for _n in range(2)
    ]
    assert (len(set(answers)), Loan.objects.count()) == (1, 2)


def test_an_officer_of_another_bank_and_a_code_that_does_not_exist_find_nothing():
    loan = a_loan(principal=10_000)
    for name in ("loan-detail", "loan-repay", "loan-remind"):
        assert client("kong").get(reverse(f"financing:{name}", args=[loan.pk])).status_code == 404, name
    assert client("kong").get(f"/api/v1/loans/{loan.pk}/").status_code == 404
    assert client("kong").get(reverse("financing:loan-lend", args=[loan.shipment_id])).status_code == 404
    unknown = Client().get(reverse("documents:verify-code", args=["ABCD-EFGH-JKMN"]), headers={"accept-language": "en"})
    assert unknown.status_code < 500
    assert loan.shipment.invoice_no not in unknown.content.decode()
