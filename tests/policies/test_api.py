"""The way to a policy in force over the API: the same services, the same refusals as problem+json."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from policies.models import Policy, PolicyState
from policies.proposal import stored
from sinosure.core import clock
from tests.factories.people import user
from tests.factories.policies import RATIOS, a_draft_policy, a_policy_in_force, a_policy_in_underwriting, a_proposal

pytestmark = pytest.mark.django_db


def api(name: str) -> APIClient:
    client = APIClient()
    client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return client


def body(**changes: Any) -> dict[str, Any]:
    return {**stored(a_proposal()), **changes}


def schedule(**changes: Any) -> dict[str, Any]:
    today = clock.today()
    plain = {
        "insured_ratios": {risk: str(ratio) for risk, ratio in RATIOS.items()}, "max_liability": "1000000",
        "minimum_premium": "2000", "starts_on": str(today), "ends_on": str(today + timedelta(days=364)),
        "valid_until": str(today + timedelta(days=30)),
    }  # fmt: skip
    return {**plain, **changes}


def test_from_application_to_both_signatures():
    chen, zhou, zhao, qian = (api(name) for name in ("chen", "zhou", "zhao", "qian"))
    made = chen.post("/api/v1/policies/", body(), format="json")
    assert made.status_code == 201
    address = f"/api/v1/policies/{made.json()['id']}/"
    assert made.json()["actions"] == ["submit"]
    steps = [
        (chen, "submit", {}), (zhou, "take", None), (zhou, "ask", {"text": "Which goods?"}), (chen, "answer", {"text": "Valves"}),
        (zhou, "quote", schedule()), (zhao, "accept", {}), (zhao, "sign", {}), (qian, "countersign", {}),
    ]  # fmt: skip
    for client, step, data in steps:
        answer = client.post(f"{address}{step}/", data, format="json")
        assert answer.status_code == 200, (step, answer.json())
    final = chen.get(address).json()
    assert (final["state"], final["liability_left"]) == ("SIGNED", "1000000.000")
    assert final["number"].startswith("SCH-")
    assert final["schedule"]["insured_ratios"]["BUYER_REJECTION"] == "0.80"


@pytest.mark.parametrize(
    ("change", "code", "status"),
    [
        ({"nonsense": 1}, "unknown_field", 400),
        ({"starts_on": "03/04/2026"}, "ambiguous_date", 400),
        ({"turnover_1": "1_000"}, "bad_number", 400),
        ({"turnover_1": "NaN"}, "bad_number", 400),
        ({"currency": "CNH"}, "bad_currency", 400),
        ({"commercial_ratio": "-1"}, "bad_number", 400),
    ],
)
def test_a_malformed_application_is_refused_with_its_field(change, code, status):
    answer = api("chen").post("/api/v1/policies/", body(**change), format="json")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["errors"][0]["field"] == next(iter(change))
    assert answer["Content-Type"] == "application/problem+json"


def test_rules_and_states_are_told_apart():
    policy = a_draft_policy(commercial_ratio=1)
    answer = api("chen").post(f"/api/v1/policies/{policy.pk}/submit/", {}, format="json")
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (
        422,
        "over_hard_cap",
        "commercial_ratio",
    )
    answer = api("zhao").post(f"/api/v1/policies/{policy.pk}/accept/", {}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_a_version_that_was_overtaken_is_refused():
    policy = a_draft_policy()
    chen = api("chen")
    address = f"/api/v1/policies/{policy.pk}/"
    assert chen.patch(address, body(version=1), format="json").status_code == 200
    assert chen.patch(address, body(version=1), format="json").json()["code"] == "stale"


def test_a_quote_above_the_hard_cap_is_refused_by_the_same_rule():
    policy = a_policy_in_underwriting()
    wrong = schedule(insured_ratios={"BUYER_DEFAULT": "0.91"})
    answer = api("zhou").post(f"/api/v1/policies/{policy.pk}/quote/", wrong, format="json")
    assert (answer.status_code, answer.json()["code"]) == (422, "over_hard_cap")


def test_foreign_and_missing_policies_answer_alike():
    policy = a_policy_in_force()
    wu = api("wu")
    answers = [wu.get(f"/api/v1/policies/{pk}/") for pk in (policy.pk, 10**9)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()
    assert wu.post(f"/api/v1/policies/{policy.pk}/accept/", {}, format="json").status_code == 404
    assert wu.get(f"/api/v1/policies/{2**63}/").status_code == 404


def test_the_same_key_makes_one_application():
    chen = api("chen")
    first, second = (
        chen.post("/api/v1/policies/", body(), format="json", headers={"Idempotency-Key": "k-1"}) for _n in range(2)
    )
    assert first.json()["id"] == second.json()["id"]
    assert Policy.objects.filter(state=PolicyState.DRAFT).count() == 1


def test_the_list_shows_what_the_caller_may_see(django_assert_max_num_queries):
    a_policy_in_force()
    a_policy_in_force("yunshan")
    assert len(api("wu").get("/api/v1/policies/").json()["results"]) == 1
    staff = api("zhou")
    with django_assert_max_num_queries(8):
        assert len(staff.get("/api/v1/policies/").json()["results"]) == 2
