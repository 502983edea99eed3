"""The same journey through the API: same figures, same refusals, nobody else's rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from sinosure.core import clock
from tests.factories import claims as a
from tests.factories.people import user

pytestmark = pytest.mark.django_db
BASE = "/api/v1"


class Caller:
    """One person at the API."""

    def __init__(self, name: str) -> None:
        self.client = Client()
        self.client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")

    def get(self, path: str) -> Any:
        return self.client.get(f"{BASE}/{path}", headers={"accept-language": "en"})

    def post(self, path: str, body: dict[str, Any] | None = None, **expected: Any) -> Any:
        answer = self.client.post(
            f"{BASE}/{path}", body or {}, content_type="application/json",
            headers={"idempotency-key": str(uuid4()), "accept-language": "en"},
        )  # fmt: skip
        return answer

    def upload(self, path: str, **body: Any) -> Any:
        return self.client.post(f"{BASE}/{path}", body, headers={"idempotency-key": str(uuid4())})


def done(answer: Any) -> dict[str, Any]:
    assert answer.status_code in (200, 201), answer.content.decode()
    return answer.json()


def test_a_claim_runs_from_notice_to_recovery_by_api():
    shipment = a.an_unpaid_shipment()
    notice = a.a_loss_notice(shipment)
    chen, he, xie, zhao, yuan, deng, peng = (
        Caller(name) for name in ["chen", "he", "xie", "zhao", "yuan", "deng", "peng"]
    )
    with clock.frozen(a.after_waiting(_as_claim(shipment))):
        claim = done(chen.post("claims/", {"notice": notice.pk}))
        path = f"claims/{claim['id']}"
        for paper in claim["papers"]:
            if paper["is_required"] and paper["state"] == "MISSING":
                done(chen.upload(f"{path}/papers/", item=paper["id"], file=a.a_file()))
        assert done(chen.post(f"{path}/file/"))["state"] == "FILED"
        assert done(he.post(f"{path}/check/"))["state"] == "DOC_CHECK"
        for verb in ("accept", "investigate", "adjust"):
            done(he.post(f"{path}/{verb}/"))
        assert done(he.post(f"{path}/figures/", {}))["payable_now"] == "90000.00"
        assert Decimal(done(he.post(f"{path}/worksheets/", {}))["indemnity_total"]) == 90_000
        done(he.post(f"{path}/propose/", {"kind": "FINAL", "reasons": "The buyer does not pay."}))
        assert done(chen.get(f"{path}/"))["decision"] is None  # not before its letter
        done(xie.post(f"{path}/decide/"))
        assert "send_notice" in done(he.get(f"{path}/"))["actions"]
        shown = done(he.post(f"{path}/send-notice/"))
        assert [paper["kind"] for paper in shown["returns"]] == [
            "NOTICE_RECEIPT",
            "SUBROGATION_ZH",
            "SUBROGATION_EN",
            "AML",
        ]
        assert done(chen.get(f"{path}/"))["decision"]["amount"] == "90000.000"
        for kind in ("NOTICE_RECEIPT", "SUBROGATION_ZH", "SUBROGATION_EN"):
            done(zhao.post(f"{path}/returns/sign/", {"kind": kind}))
        done(zhao.post(f"{path}/returns/identity/", a.IDENTITY))
        done(zhao.upload(f"{path}/returns/", kind="AML", file=a.a_file()))
        for kind in ("NOTICE_RECEIPT", "SUBROGATION_ZH", "SUBROGATION_EN", "AML"):
            done(he.post(f"{path}/returns/verify/", {"kind": kind}))
        done(yuan.post(f"{path}/payments/"))
        pay = done(yuan.get("claim-payments/"))["results"][0]
        done(deng.post(f"claim-payments/{pay['id']}/approve/"))
        done(yuan.post(f"claim-payments/{pay['id']}/send/"))
        day = clock.today().isoformat()
        done(yuan.post(f"claim-payments/{pay['id']}/confirm/", {"confirmed_on": day, "bank_reference": "BK-1"}))
        assert Decimal(done(chen.get(f"{path}/"))["paid_total"]) == 90_000
        done(peng.post(f"{path}/recover/"))
        case = done(peng.get("recovery-cases/"))["results"][0]
        done(peng.post(f"recovery-cases/{case['id']}/record/", {
            "received_on": day, "gross": "40000", "cost": "4000", "reference": "HH-1",
        }))  # fmt: skip
        receipt = done(yuan.get("recovery-receipts/"))["results"][0]
        assert Decimal(done(yuan.post(f"recovery-receipts/{receipt['id']}/split/"))["insurer_share"]) == 32_400


def _as_claim(shipment: Any) -> Any:
    class Dated:
        occurred_on = shipment.due_on

    return Dated


def test_refusals_are_problems_with_code_and_field():
    claim = a.a_claim_in_adjustment()
    he = Caller("he")
    with clock.frozen(a.after_waiting(claim)):
        answer = he.post(f"claims/{claim.pk}/propose/", {"kind": "FINAL", "reasons": "x"})
        assert (answer.status_code, answer.json()["code"]) == (409, "worksheet_required")
        answer = he.post(f"claims/{claim.pk}/worksheets/", {"claim_base": "1"})
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown_field")
        answer = he.post(f"claims/{claim.pk}/decide/")
        assert answer.status_code == 403
        answer = he.post(f"claims/{claim.pk}/figures/", {"lines": [{"shipment": 1, "setoff": "1e3"}]})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_number")


def test_other_peoples_claims_do_not_exist_by_api():
    claim = a.a_filed_claim()
    for name in ("wu", "kong"):
        assert Caller(name).get(f"claims/{claim.pk}/").status_code == 404
        assert Caller(name).get("claims/").json()["results"] == []
    assert Caller("chen").get(f"claims/{2**63}/").status_code == 404
