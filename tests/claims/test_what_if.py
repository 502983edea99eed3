"""The what-if pages and the calculator API give the figures of the rulebook and say what is wrong."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from sinosure.portal.what_if_examples import EXAMPLES
from sinosure.reference.seed.load import load_reference
from tests.factories.people import user

pytestmark = pytest.mark.django_db
SHOWN = {
    "G05": "750,000.00", "G06": "150,000.00", "G02": "180,000.00", "G03": "108,000.00", "G09": "135,000.00",
    "R1": "32,400.00", "R2": "54,000.00", "R6": "42,153.28", "P2": "576.00", "P4": "680.40", "D1": "2025-09-15",
    "D2": "2026-03-02", "D3": "2027",
}  # fmt: skip


@pytest.fixture
def clerk() -> Client:
    client = Client()
    client.force_login(user("chen"), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(("kind", "code"), [(kind, row.code) for kind, rows in EXAMPLES.items() for row in rows])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_worked_example_shows_the_figure_of_the_rulebook(clerk, kind, code, language):
    page = clerk.get(f"/calculator/{kind}/?example={code}", headers={"accept-language": language})
    assert page.status_code == 200
    assert SHOWN[code] in page.content.decode()


@pytest.mark.parametrize("kind", list(EXAMPLES))
def test_an_empty_form_opens_and_a_wrong_one_keeps_what_was_typed(clerk, kind):
    assert clerk.get(f"/calculator/{kind}/").status_code == 200
    page = clerk.get(f"/calculator/{kind}/?_go=1&debt=abc&amount=abc&start=2026-02-29&s1_amount=1e3")
    assert page.status_code in (400, 422)
    assert clerk.get("/calculator/marine/").status_code == 404


def test_a_due_date_before_shipment_is_named_at_its_field(clerk):
    page = clerk.get(
        "/calculator/indemnity/?_go=1&product=MICRO&pct=80&s1_amount=100&s1_ship=2026-03-01&s1_due=2026-02-01"
    )
    assert page.status_code == 422
    assert page.context["form"].errors["s1_due"]


def test_the_api_answers_one_case_with_its_steps(clerk):
    case = {
        "product": "COMPREHENSIVE", "pct": "0.9", "limits": [["2025-01-01", "200000"]],
        "shipments": [{"id": "S1", "amount": "100000", "ship": "2025-06-16", "due": "2025-08-15"}],
    }  # fmt: skip

    def ask(kind: str, body: dict) -> tuple[int, dict]:
        answer = clerk.post(f"/api/v1/calculators/{kind}/", json.dumps(body), content_type="application/json")
        return answer.status_code, answer.json()

    status, result = ask("indemnity", case)
    assert (status, result["payable_now"], result["steps"][0]["rule"]) == (200, "90000.00", "IND-1")
    status, result = ask("indemnity", {**case, "colour": "red"})
    assert (status, result["code"], result["field"]) == (422, "unknown_key", "colour")
    load_reference()
    assert ask("deadline", {"rule": "PD30", "start": "2025-08-15"})[1]["legal_due"] == "2025-09-15"
    assert ask("marine", {})[0] == 404
    assert Client().post("/api/v1/calculators/indemnity/").status_code in (401, 403)
