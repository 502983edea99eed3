"""Pages of financing: both languages for every role, deeds by form, scope, wrong inputs, a constant number of queries."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from financing.models import Agreement, AgreementState, Check, Loan, LoanState
from sinosure.core import clock
from tests.factories.declarations import a_shipment
from tests.factories.financing import (
    a_draft_agreement,
    a_financeable_shipment,
    a_loan,
    a_released_agreement,
    a_repayment,
    an_active_agreement,
    an_agreement_signed_by_the_bank,
    an_agreement_signed_by_the_exporter,
)
from tests.factories.limits import a_limit
from tests.factories.people import organisation, user
from tests.factories.policies import a_policy_in_force

pytestmark = pytest.mark.django_db

LISTS = ["list", "agreement-list", "loan-list"]


def client_of(name: str) -> Client:
    client = Client()
    client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(name: str, *args: int) -> str:
    return reverse(f"financing:{name}", args=args)


def text_of(name: str, address: str, language: str = "zh-hans") -> str:
    page = client_of(name).get(address, headers={"accept-language": language})
    assert page.status_code == 200, (name, address)
    return page.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", ["chen", "zhao", "li", "wang", "zheng", "zhou", "yan"])
def test_every_page_opens_for_every_role_in_both_languages(name, language):
    loan = a_repayment(a_loan(), 100)
    for address in [*map(url, LISTS), url("agreement-detail", loan.agreement_id), url("loan-detail", loan.pk)]:
        assert loan.agreement.number in text_of(name, address, language) or loan.number in text_of(
            name, address, language
        )


@pytest.mark.parametrize(
    "make",
    [a_draft_agreement, an_agreement_signed_by_the_exporter, an_agreement_signed_by_the_bank, an_active_agreement,
     a_released_agreement],
)  # fmt: skip
def test_the_page_of_an_agreement_opens_in_every_state(make):
    agreement = make()
    assert agreement.number in text_of("zhao", url("agreement-detail", agreement.pk))
    assert agreement.number in text_of("zhao", url("agreement-done", agreement.pk))
    expected = 404 if make is a_draft_agreement else 200
    for name in ("wang", "zhou"):
        assert client_of(name).get(url("agreement-detail", agreement.pk)).status_code == expected


def test_other_exporters_and_other_banks_find_nothing():
    loan = a_loan()
    for name in ("wu", "kong"):
        for address in (url("agreement-detail", loan.agreement_id), url("loan-detail", loan.pk)):
            assert client_of(name).get(address).status_code == 404
        for address in map(url, LISTS):
            text = text_of(name, address)
            assert loan.number not in text
            assert loan.agreement.number not in text


def test_from_the_draft_to_the_last_signature_in_the_browser():
    policy = a_policy_in_force()
    typed = {"kind": "INDEMNITY", "policy": policy.pk, "bank": organisation("minhai").pk, "account_name": "闽海银行", "account_bank": "宁波分行",
             "account_no": "6200 1234 5678"}  # fmt: skip
    made = client_of("chen").post(url("agreement-new"), typed)
    agreement = Agreement.objects.get()
    assert made["Location"] == url("agreement-detail", agreement.pk)
    for name, action in (("zhao", "sign-exporter"), ("wang", "sign-bank"), ("zhou", "sign-insurer")):
        client, address = client_of(name), url(f"agreement-{action}", agreement.pk)
        version = re.search(r'name="version" value="(\d+)"', client.get(address).content.decode()).group(1)
        assert client.post(address, {"version": version}).status_code == 422
        done = client.post(address, {"version": version, "is_read": "on"}, follow=True)
        assert agreement.number in done.content.decode()
    agreement.refresh_from_db()
    assert agreement.state == AgreementState.ACTIVE


def test_a_wrong_account_is_named_at_its_field_and_nothing_typed_is_lost():
    typed = {"kind": "INDEMNITY", "policy": a_policy_in_force().pk, "bank": organisation("minhai").pk, "account_name": "闽海㐀𠮷",
             "account_bank": "宁波分行", "account_no": "12"}  # fmt: skip
    answer = client_of("chen").post(url("agreement-new"), typed)
    assert answer.status_code == 422
    assert 'data-code="bad_account"' in answer.content.decode()
    assert "闽海㐀𠮷" in answer.content.decode()


def test_a_draft_is_edited_sent_back_and_released_by_form():
    agreement = a_draft_agreement()
    typed = {"kind": "INDEMNITY", "version": agreement.version, "bank": organisation("jiangwan").pk, "account_name": "A", "account_bank": "B",
             "account_no": "123456"}  # fmt: skip
    client_of("chen").post(url("agreement-edit", agreement.pk), typed)
    agreement.refresh_from_db()
    assert agreement.bank.code == "jiangwan"
    active = an_active_agreement()
    assert client_of("wang").get(url("agreement-release", active.pk)).status_code == 200
    client_of("wang").post(url("agreement-release", active.pk), {"text": "Repaid", "version": active.version})
    active.refresh_from_db()
    assert (active.state, active.remark) == (AgreementState.RELEASED, "Repaid")


@pytest.mark.parametrize(
    ("make", "action", "who"),
    [
        (an_agreement_signed_by_the_exporter, "withdraw", "zhao"),
        (an_agreement_signed_by_the_exporter, "return-bank", "wang"),
        (an_agreement_signed_by_the_bank, "return-insurer", "zhou"),
    ],
)
def test_an_agreement_is_sent_back_by_form(make, action, who):
    agreement = make()
    answer = client_of(who).post(
        url(f"agreement-{action}", agreement.pk), {"text": "Wrong", "version": agreement.version}
    )
    assert answer.status_code == 302
    agreement.refresh_from_db()
    assert agreement.state == AgreementState.DRAFT


def test_a_loan_is_checked_registered_and_repaid_in_the_browser():
    shipment = a_financeable_shipment()
    li, address = client_of("li"), url("loan-lend", shipment.pk)
    assert shipment.invoice_no in text_of("li", url("loan-new"))
    typed = {"principal": "90,000.00", "drawn_on": str(clock.today()), "matures_on": str(shipment.due_on)}
    assert li.post(address, typed).status_code == 200
    assert not Loan.objects.exists()
    li.post(address, {**typed, "_go": "confirm"})
    loan = Loan.objects.get()
    repaid = {"amount": "90000", "paid_on": str(clock.today()), "reference": "TT-9"}
    assert li.post(url("loan-repay", loan.pk), repaid)["Location"] == url("loan-detail", loan.pk)
    loan.refresh_from_db()
    assert loan.state == LoanState.REPAID


@pytest.mark.parametrize(
    ("principal", "code", "status"),
    [
        ("90000.01", "over_invoice", 422),
        ("1e3", "bad_number", 400),
        ("0", "must_be_positive", 422),
        ("1.005", "too_many_decimals", 422),
    ],
)
def test_a_wrong_amount_is_named_at_its_field(principal, code, status):
    shipment = a_financeable_shipment()
    typed = {
        "principal": principal,
        "drawn_on": str(clock.today()),
        "matures_on": str(shipment.due_on),
        "_go": "confirm",
    }
    answer = client_of("li").post(url("loan-lend", shipment.pk), typed)
    assert answer.status_code == status
    assert f'data-code="{code}"' in answer.content.decode()


def test_the_page_says_what_a_financed_invoice_still_bears():
    """Only when asked: opening the page puts no question, and the one that is put is kept."""
    loan = a_loan(principal=10_000)
    li, address, kept = client_of("li"), url("loan-lend", loan.shipment_id), Check.objects.count()
    assert "80,000.00" not in li.get(address).content.decode()
    assert Check.objects.count() == kept
    typed = {"principal": "80000.01", "drawn_on": "", "matures_on": str(loan.shipment.due_on)}
    asked = li.post(address, {**typed, "_go": "verify"})
    assert (asked.status_code, "80,000.00" in asked.content.decode(), Check.objects.count()) == (200, True, kept + 1)
    refused = li.post(address, typed)
    assert (refused.status_code, 'data-code="over_invoice"' in refused.content.decode()) == (422, True)
    assert "80,000.00" in li.post(address, {**typed, "principal": "80000"}).content.decode()


def test_a_reservation_is_made_drawn_and_given_up_by_form():
    shipment = a_financeable_shipment()
    typed = {"principal": "20,000", "drawn_on": "", "matures_on": str(shipment.due_on), "_go": "confirm"}
    client = client_of("li")
    for _n in range(2):
        assert client.post(url("loan-lend", shipment.pk), typed).status_code == 302
    first, second = Loan.objects.order_by("id")
    assert (first.state, second.state) == (LoanState.APPROVED, LoanState.APPROVED)
    client.post(url("loan-draw", first.pk), {"drawn_on": str(clock.today())})
    client.post(url("loan-give-up", second.pk), {"text": "The exporter found other money"})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (LoanState.DISBURSED, LoanState.LAPSED)


def test_lists_filter_and_give_a_file():
    loan = a_loan()
    assert loan.number in text_of("li", url("loan-list") + f"?q={loan.shipment.invoice_no}&state=open")
    assert loan.number not in text_of("li", url("loan-list") + "?state=repaid")
    assert loan.agreement.number in text_of(
        "chen", url("agreement-list") + f"?policy={loan.shipment.policy_id}&state=ACTIVE"
    )
    assert loan.agreement.number not in text_of("chen", url("agreement-list") + "?policy=1&state=ACTIVE")
    for name in ("loan-list", "agreement-list"):
        assert client_of("li").get(url(name) + "?export=csv").status_code == 200


def test_the_cockpit_asks_as_often_for_many_loans_as_for_one():
    limit = a_limit(amount="1000000")
    an_active_agreement(limit.policy)
    client = client_of("li")

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url("list")).status_code == 200
        return len(seen)

    a_loan(a_shipment(limit))
    queries()  # the first visit warms caches
    few = queries()
    for _n in range(5):
        a_loan(a_shipment(limit))
    assert queries() == few
    assert few <= 31  # three more ask whether the bank is itself an insured
