"""Agreements and loans over the API: the same services, the same refusals as problem+json."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from sinosure.core import clock
from tests.factories.financing import a_draft_agreement, a_financeable_shipment, a_loan, an_active_agreement
from tests.factories.people import organisation, user
from tests.factories.policies import a_policy_in_force

pytestmark = pytest.mark.django_db
AGREEMENTS, LOANS = "/api/v1/agreements/", "/api/v1/loans/"


def api(name: str) -> APIClient:
    client = APIClient()
    client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return client


def account(**changes: Any) -> dict[str, Any]:
    plain = {
        "bank": organisation("minhai").pk,
        "account_name": "闽海银行",
        "account_bank": "宁波分行",
        "account_no": "620012345678",
    }
    return {**plain, **changes}


def lending(shipment: Any, **changes: Any) -> dict[str, Any]:
    plain = {"shipment": shipment.pk, "currency": "USD", "principal": "50000.00", "drawn_on": str(clock.today()),
             "matures_on": str(shipment.due_on)}  # fmt: skip
    return {**plain, **changes}


def test_three_sides_sign_and_the_bank_releases():
    policy = a_policy_in_force()
    made = api("chen").post(AGREEMENTS, account(policy=policy.pk), format="json")
    assert made.status_code == 201
    address = f"{AGREEMENTS}{made.json()['id']}/"
    edited = api("chen").patch(address, account(account_no="111111", version=1), format="json")
    assert (edited.json()["account_no"], edited.json()["version"]) == ("111111", 2)
    for name, step in (("zhao", "sign_exporter"), ("wang", "sign_bank"), ("zhou", "sign_insurer")):
        answer = api(name).post(f"{address}{step}/", {}, format="json")
        assert answer.status_code == 200, answer.json()
    assert (answer.json()["state"], answer.json()["active_from"]) == ("ACTIVE", str(clock.today()))
    assert api("wang").get(address).json()["actions"] == ["contract", "move_branch", "amend", "release"]
    assert api("wang").post(f"{address}release/", {"reason": "Done"}, format="json").json()["state"] == "RELEASED"


def test_the_same_refusals_as_problems():
    first = an_active_agreement()
    second = a_draft_agreement(first.policy, "jiangwan")
    overlap = api("zhao").post(f"{AGREEMENTS}{second.pk}/sign_exporter/", {}, format="json")
    assert (overlap.status_code, overlap.json()["code"]) == (409, "agreement_overlaps")
    assert overlap["Content-Type"] == "application/problem+json"
    early = api("zhou").post(f"{AGREEMENTS}{first.pk}/sign_insurer/", {}, format="json")
    assert (early.status_code, early.json()["code"]) == (409, "wrong_state")
    back = api("zhao").post(f"{AGREEMENTS}{second.pk}/withdraw/", {"reason": "x", "nonsense": 1}, format="json")
    assert (back.status_code, back.json()["code"]) == (400, "unknown_field")


def test_foreign_and_missing_rows_answer_alike():
    loan = a_loan()
    for name in ("kong", "wu"):
        for address in (f"{AGREEMENTS}{loan.agreement_id}/", f"{LOANS}{loan.pk}/", f"{LOANS}{10**9}/"):
            assert api(name).get(address).status_code == 404
        assert api(name).get(LOANS).json()["results"] == []
    assert api("wu").post(AGREEMENTS, account(policy=loan.shipment.policy_id), format="json").status_code == 404
    assert api("kong").post(LOANS, lending(loan.shipment), format="json").status_code == 404


def test_a_loan_with_its_cockpit_and_its_repayment():
    """50,000 lent on 100,000; 90,000 expected; 20,000 back leave 30,000."""
    made = api("li").post(LOANS, lending(a_financeable_shipment()), format="json")
    assert made.status_code == 201, made.json()
    assert made.json()["cockpit"]["declared"]["tone"] == "green"
    assert made.json()["cockpit"]["expected_indemnity"] == {"amount": "90000.00", "currency": "USD"}
    address = f"{LOANS}{made.json()['id']}/repay/"
    body = {"currency": "USD", "amount": "20000", "paid_on": str(clock.today()), "reference": "TT-1"}
    answer = api("li").post(address, body, format="json").json()
    assert (answer["state"], answer["outstanding"]) == ("PARTLY_REPAID", "30000.000")
    assert api("li").post(address, body, format="json").json()["code"] == "already_booked"


@pytest.mark.parametrize(
    ("change", "code", "status"),
    [
        ({"principal": "90000.01"}, "over_invoice", 422),
        ({"principal": "NaN"}, "bad_number", 400),
        ({"currency": "EUR"}, "other_currency", 422),
        ({"drawn_on": "03/04/2026"}, "ambiguous_date", 400),
    ],
)
def test_a_wrong_loan_is_refused_with_its_code(change, code, status):
    answer = api("li").post(LOANS, lending(a_financeable_shipment(), **change), format="json")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_lists_take_the_same_few_queries(django_assert_max_num_queries):
    a_loan()
    client = api("li")
    for address in (AGREEMENTS, LOANS):
        with django_assert_max_num_queries(8):
            assert len(client.get(address).json()["results"]) == 1
