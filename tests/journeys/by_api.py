"""The story through /api/v1, each person with a token of their own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from credit_info.models import Obligor
from policies.proposal import stored
from sinosure.core import clock
from tests.factories.claims import IDENTITY, a_file
from tests.factories.limits import FACTS
from tests.factories.people import organisation
from tests.factories.policies import RATIOS, a_proposal
from tests.journeys.people import Caller
from tests.journeys.story import PAPERS


class ByApi:
    buyer: Obligor

    def __init__(self) -> None:
        self.who = cache(Caller)

    def apply(self) -> None:
        answers = stored(a_proposal(starts_on=date(2025, 1, 6)))
        made = self.who("chen").post("policies/", answers)
        self.policy = made["id"]
        self._policy("chen", "submit")

    def _policy(self, name: str, step: str, body: dict[str, Any] | None = None) -> Any:
        return self.who(name).post(f"policies/{self.policy}/{step}/", body)

    def quote(self) -> None:
        self._policy("zhou", "take")
        self._policy("zhou", "quote", {
            "insured_ratios": {risk: str(ratio) for risk, ratio in RATIOS.items()}, "max_liability": "1000000",
            "minimum_premium": "2000", "deposit_premium": "100", "starts_on": "2025-01-06", "ends_on": "2026-01-05",
            "valid_until": "2025-01-31",
        })  # fmt: skip

    def sign(self) -> None:
        self._policy("zhao", "accept")
        self._policy("zhao", "sign")
        assert self._policy("qian", "countersign")["number"].startswith("SCH-2025-")

    def _newest(self, name: str, path: str, **query: Any) -> Any:
        return self.who(name).get(path, **query)["results"][0]

    def _pay_notice(self) -> Any:
        notice = self._newest("yuan", "premium-notices/")
        return self.who("yuan").post(f"premium-notices/{notice['id']}/book/", {
            "amount": notice["payable"], "received_on": str(clock.today()), "reference": f"PAY-{notice['number']}",
        })  # fmt: skip

    def pay_deposit(self) -> None:
        assert self._pay_notice()["state"] == "PAID"
        assert self.who("chen").get(f"policies/{self.policy}/")["state"] == "IN_FORCE"

    def assign_to_bank(self) -> None:
        made = self.who("chen").post("agreements/", {
            "policy": self.policy, "bank": organisation("minhai").pk, "account_name": "闽海银行", "account_bank": "宁波分行",
            "account_no": "6200 1234 5678",
        })  # fmt: skip
        for name, side in (("zhao", "exporter"), ("wang", "bank"), ("zhou", "insurer")):
            made = self.who(name).post(f"agreements/{made['id']}/sign_{side}/")
        assert made["state"] == "ACTIVE"

    def ask_limit(self) -> None:
        made = self.who("chen").post("limit-applications/", {
            "policy": self.policy, "obligor": self.buyer.pk, "term": "OA", "credit_days": 90, "amount": "200000",
            "facts": FACTS,
        })  # fmt: skip
        self.application = made["id"]

    def decide_limit(self) -> None:
        path = f"limit-applications/{self.application}"
        self.who("zhou").post(f"{path}/take/")
        self.who("zhou").post(f"{path}/propose/", {
            "outcome": "APPROVED_FULL", "amount": "200000", "term": "OA", "max_credit_days": 90,
            "effective_from": "2025-01-09", "valid_until": "2026-01-05",
        })  # fmt: skip
        assert self.who("sun").post(f"{path}/approve/")["state"] == "DECIDED"
        assert Decimal(self._newest("chen", "limits/")["available"]) == 200_000

    def declare(self, invoice_no: str, amount: str, credit_days: int, shipped_on: str) -> None:
        made = self.who("chen").post("shipments/", {
            "policy": self.policy, "obligor": self.buyer.code, "term": "OA", "credit_days": credit_days,
            "invoice_no": invoice_no, "shipped_on": shipped_on, "currency": "USD", "amount": amount,
            "knows_of_loss": False,
        })  # fmt: skip
        assert (made["state"], made["cover_state"]) == ("BOOKED", "COVERED")

    def close_month(self) -> None:
        months = self.who("chen").get("declaration-months/", limit=20)["results"]
        [june] = [row for row in months if row["month"] == "2025-06-01"]
        self.who("chen").post(f"declaration-months/{june['id']}/close/")

    def pay_premium(self) -> tuple[Decimal, Decimal]:
        paid = self._pay_notice()
        assert (paid["month"], paid["state"]) == ("2025-06-01", "PAID")
        return Decimal(paid["gross"]), Decimal(paid["set_off"])

    def receive(self, invoice_no: str, amount: str) -> None:
        made = self.who("chen").post("receipts/", {
            "obligor": self.buyer.code, "currency": "USD", "amount": amount, "received_on": str(clock.today()),
            "reference": "TT-1", "invoice_no": invoice_no,
        })  # fmt: skip
        assert [row["invoice_no"] for row in made["allocations"]] == [invoice_no]

    def notify(self) -> date:
        made = self.who("chen").post("loss-notices/", {
            "policy": self.policy, "obligor": self.buyer.pk, "risk": "BUYER_DEFAULT", "buyer_reason": "No cash",
            "contact": "Chen",
        })  # fmt: skip
        assert ([row["invoice_no"] for row in made["lines"]], made["days_late"]) == (["HT-1"], 0)
        self.notice = made["id"]
        assert self._newest("chen", "limits/")["is_stopped"]  # LIM-10
        return date.fromisoformat(made["legal_due"])

    def mitigate(self) -> None:
        path = f"loss-notices/{self.notice}"
        self.who("he").post(f"{path}/accept/")
        task = self.who("he").post(f"{path}/tasks/", {"instruction": "Dun in writing.", "due_on": "2025-09-04"})
        self.who("chen").post(f"mitigation-tasks/{task['id']}/accept/", {"cost_estimate": "0"})
        self.who("chen").post(f"mitigation-tasks/{task['id']}/done/", {"text": "The letter was not answered."})

    def _claim(self, name: str, step: str, body: dict[str, Any] | None = None) -> Any:
        return self.who(name).post(f"claims/{self.claim}/{step}/", body)

    def file_claim(self) -> None:
        made = self.who("chen").post("claims/", {"notice": self.notice})
        self.claim = made["id"]
        for paper in made["papers"]:
            if paper["is_required"] and paper["state"] == "MISSING":
                self.who("chen").upload(f"claims/{self.claim}/papers/", item=paper["id"], file=a_file())
        assert self._claim("chen", "file")["state"] == "FILED"

    def investigate(self) -> None:
        for step in ("check", "accept", "investigate", "adjust"):
            self._claim("he", step)

    def adjust(self) -> None:
        assert self._claim("he", "figures")["payable_now"] == "90000.00"
        self._claim("he", "worksheets")
        self._claim("he", "propose", {"kind": "FINAL", "reasons": "The buyer does not pay."})

    def decide(self) -> Decimal:
        self._claim("tang", "decide")
        self._claim("he", "send-notice")
        return Decimal(self.who("chen").get(f"claims/{self.claim}/")["decision"]["amount"])

    def return_papers(self) -> None:
        for kind in PAPERS:
            self._claim("zhao", "returns/sign", {"kind": kind})
        self._claim("zhao", "returns/identity", IDENTITY)
        self.who("zhao").upload(f"claims/{self.claim}/returns/", kind="AML", file=a_file())
        for kind in (*PAPERS, "AML"):
            self._claim("he", "returns/verify", {"kind": kind})

    def pay(self) -> tuple[str, Decimal]:
        self._claim("yuan", "payments")
        [row] = self.who("yuan").get("claim-payments/")["results"]
        path = f"claim-payments/{row['id']}"
        self.who("deng").post(f"{path}/approve/")
        self.who("yuan").post(f"{path}/send/")
        self.who("yuan").post(f"{path}/confirm/", {"confirmed_on": str(clock.today()), "bank_reference": "BK-1"})
        return row["account_name"], Decimal(self.who("chen").get(f"claims/{self.claim}/")["paid_total"])

    def recover(self) -> tuple[Decimal, Decimal]:
        self._claim("peng", "recover")
        case = f"recovery-cases/{self._newest('peng', 'recovery-cases/')['id']}"
        self.who("peng").post(f"{case}/assign-channel/", {"channel": "Kancelaria Nowak, Warszawa"})
        self.who("peng").post(f"{case}/record/", {
            "received_on": "2026-02-20", "gross": "40000", "cost": "4000", "reference": "WH-1",
        })  # fmt: skip
        receipt = f"recovery-receipts/{self._newest('yuan', 'recovery-receipts/')['id']}"
        split = self.who("yuan").post(f"{receipt}/split/")
        self.who("yuan").post(f"{receipt}/remit/")
        self.who("peng").post(f"{case}/write-off/", {"reason": "The debtor was dissolved."})
        self.who("peng").post(f"{case}/close/", {"reason": "Nothing more to get."})
        return Decimal(split["insurer_share"]), Decimal(split["insured_share"])
