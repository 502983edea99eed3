"""Two stories of small exporters: golden case G18 (中小企业综合保险) and G20 (小微企业信保易), from application to recovery.

G18  Haituo, one premium of 2,000,000 × 0.27 % × 80/90                  = 4,800.00, paid before cover begins
     invoice HT-1  80,000.00 shipped 1 March 2025, due 30 May, never paid; registered with the claim; limit 50,000
     no notice is filed; indemnity min(80,000, 50,000) × 80 %           = 40,000.00
     recovery 40,000 less 4,000 = 36,000; ratio 40,000 / 80,000 = 0.5:  insurer 18,000.00, insured 18,000.00
G20  Yunshan (Wu does everything), tier T5 with unshipped orders: 1,200 + 240 = 1,440.00
     invoice XG-1 100,000.00 shipped 1 March 2025, due 30 May, never paid; orders of 50,000 not shipped
     indemnity 100,000 × 80 % + 50,000 × 20 %                           = 90,000.00
     recovery of the invoice's money as above: 36,000 × 80,000 / 100,000 = 28,800.00 and 7,200.00
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.urls import reverse

from declarations.models import PremiumNotice
from limits.levels import load_levels
from policies.models import Policy
from policies.proposal import stored
from tests.factories.claims import a_file
from tests.factories.limits import FACTS
from tests.factories.micro import USCC
from tests.factories.obligors import a_buyer
from tests.factories.people import organisation
from tests.factories.policies import SME_RATIOS, a_proposal
from tests.journeys.by_api import ByApi
from tests.journeys.by_page import ByPage, amount_of, number_in, path_to
from tests.journeys.html import Page
from tests.journeys.people import Caller, Reader
from tests.journeys.story import on
from tests.policies.test_pages import typed_form

START = date(2025, 1, 6)
MICRO_PEOPLE = {"chen": "wu", "zhao": "wu"}
ORDER = {
    "tier": "T5", "uscc": USCC, "exports_last_year": "1000000", "contact_name": "Wu", "contact_phone": "0871-1234567",
}  # fmt: skip
LOSS = {"cause": "BUYER_DEFAULT", "occurred_on": "2025-05-30", "statement": "The buyer does not answer any more."}
VIETNAM = {"name": "Bac Ninh Mushroom Trading Co., Ltd.", "country": "VN"}


class SmeByPage(ByPage):
    def apply(self) -> None:
        done = self.who("chen").fill(
            reverse("policies:policy-new"), product="SME", **typed_form(starts_on=START, expected_turnover="2,000,000")
        )
        self.policy = path_to(done, "policies:policy-detail")

    def quote(self) -> None:
        zhou = self.who("zhou")
        zhou.act(self.policy, "take")
        zhou.act(
            self.policy, "quote", estimated_turnover="2,000,000", flat_rate_pct="0.27", minimum_premium="1,000",
            starts_on="2025-01-06", ends_on="2026-01-05", valid_until="2025-01-31", max_liability="500,000",
        )  # fmt: skip

    def pay_first(self) -> Decimal:
        return amount_of(self._pay_notice("")[self.say("Payable")])

    def ask_limit(self) -> None:
        answers = {name: str(value) for name, value in FACTS.items() if value is not False}
        done = self.who("chen").fill(
            reverse("limits:application-new"), policy=number_in(self.policy), obligor=self.buyer.pk, term="OA",
            credit_days="90", amount="50,000", **answers,
        )  # fmt: skip
        self.application = path_to(done, "limits:application-detail")

    def decide_limit(self) -> None:
        self.who("zhou").act(self.application, "take")
        self.who("zhou").act(self.application, "propose")
        self.who("sun").act(self.application, "approve")

    def file_claim(self) -> None:
        """The invoice is registered now; the claim starts from the overdue page, without a notice."""
        chen = self.who("chen")
        self.declare("HT-1", "80,000.00", 90, "2025-03-01")
        start = reverse("claims:claim-start-overdue", args=[number_in(self.policy), self.buyer.pk])
        done = chen.act(reverse("declarations:overdue"), start.strip("/"))
        saved = chen.fill(done.request["PATH_INFO"], statement=LOSS["statement"])
        self.claim = path_to(saved, "claims:claim-detail")
        self.attach_papers("chen")
        chen.act(self.claim, "file")

    def attach_papers(self, name: str) -> None:
        reader = self.who(name)
        for form in Page(reader.open(self.claim).content.decode()).forms:
            if form.action.startswith(f"{self.claim}papers/") and not form.action.endswith("drop/"):
                reader.attach(self.claim, form.action.removeprefix("/").rstrip("/"), a_file())


class SmeByApi(ByApi):
    def apply(self) -> None:
        answers = a_proposal(starts_on=START, covers_services=False, expected_turnover=Decimal(2_000_000))
        self.policy = self.who("chen").post("policies/", {**stored(answers), "product": "SME"})["id"]
        self._policy("chen", "submit")

    def quote(self) -> None:
        self._policy("zhou", "take")
        self._policy("zhou", "quote", {
            "insured_ratios": {risk: str(ratio) for risk, ratio in SME_RATIOS.items()}, "max_liability": "500000",
            "minimum_premium": "1000", "rate_basis": "FLAT", "flat_rate_pct": "0.27", "estimated_turnover": "2000000",
            "max_credit_days": 180, "starts_on": "2025-01-06", "ends_on": "2026-01-05", "valid_until": "2025-01-31",
        })  # fmt: skip

    def sign(self) -> None:
        self._policy("zhao", "accept")
        self._policy("zhao", "sign")
        assert self._policy("qian", "countersign")["number"].startswith("SME-2025-")

    def pay_first(self) -> Decimal:
        return Decimal(self._pay_notice()["payable"])

    def ask_limit(self) -> None:
        self.application = self.who("chen").post("limit-applications/", {
            "policy": self.policy, "obligor": self.buyer.pk, "term": "OA", "credit_days": 90, "amount": "50000",
            "facts": FACTS,
        })["id"]  # fmt: skip

    def decide_limit(self) -> None:
        path = f"limit-applications/{self.application}"
        self.who("zhou").post(f"{path}/take/")
        self.who("zhou").post(f"{path}/propose/", {
            "outcome": "APPROVED_FULL", "amount": "50000", "term": "OA", "max_credit_days": 90,
            "effective_from": "2025-01-09", "valid_until": "2026-01-05",
        })  # fmt: skip
        self.who("sun").post(f"{path}/approve/")

    def file_claim(self) -> None:
        self.who("chen").post("shipments/register-receivable/", {
            "policy": self.policy, "obligor": self.buyer.code, "term": "OA", "credit_days": 90, "invoice_no": "HT-1",
            "shipped_on": "2025-03-01", "currency": "USD", "amount": "80000", "knows_of_loss": False,
        })  # fmt: skip
        self.claim = self.who("chen").post("claims/", {"policy": self.policy, "obligor": self.buyer.pk})["id"]
        self.attach_papers("chen")
        assert self._claim("chen", "file")["state"] == "FILED"

    def attach_papers(self, name: str) -> None:
        for paper in self.who(name).get(f"claims/{self.claim}/")["papers"]:
            if paper["is_required"] and paper["state"] == "MISSING":
                self.who(name).upload(f"claims/{self.claim}/papers/", item=paper["id"], file=a_file())

    def adjust(self) -> None:
        self._claim("he", "figures")
        self._claim("he", "worksheets")
        self._claim("he", "propose", {"kind": "FINAL", "reasons": "The buyer does not pay."})


class MicroByPage(SmeByPage):
    unshipped = {"unshipped_orders": "50,000"}

    def __init__(self) -> None:
        super().__init__(lambda name: Reader(MICRO_PEOPLE.get(name, name)))

    def apply(self) -> None:
        self.who("chen").fill(
            f"{reverse('policies:micro-buy')}?tier=T5", **ORDER, covers_unshipped="on", is_truthful="on"
        )
        self.policy = reverse("policies:policy-detail", args=[Policy.objects.get().pk])

    def pay_first(self) -> Decimal:
        self.who("chen").fill(reverse("declarations:policy-pay", args=[number_in(self.policy)]))
        return PremiumNotice.objects.get().paid

    def file_claim(self) -> None:
        self.who("chen").fill(
            reverse("claims:direct"), **LOSS, **VIETNAM, invoice_no="XG-1", currency="USD", amount="100,000",
            shipped_on="2025-03-01", due_on="2025-05-30", term="OA", simplified="", **self.unshipped,
        )  # fmt: skip
        mine = self.who("chen").open(reverse("claims:claim-list")).content.decode()
        shape = reverse("claims:claim-detail", args=[0]).replace("0/", "")
        self.claim = max(
            link for link in Page(mine).links if link.startswith(shape) and link[len(shape) : -1].isdigit()
        )
        self.attach_papers("chen")


class MicroByApi(SmeByApi):
    unshipped = {"unshipped_orders": "50000"}

    def __init__(self) -> None:
        self.who = cache(lambda name: Caller(MICRO_PEOPLE.get(name, name)))

    def apply(self) -> None:
        made = self.who("chen").post("micro-policies/", {**ORDER, "covers_unshipped": True, "is_truthful": True})
        self.policy = made["policy"]["id"]

    def file_claim(self) -> None:
        made = self.who("chen").post("direct-claims/", {
            **LOSS, **VIETNAM, **self.unshipped, "policy": self.policy,
            "invoices": [{"invoice_no": "XG-1", "amount": "100000", "currency": "USD", "shipped_on": "2025-03-01",
                          "due_on": "2025-05-30", "term": "OA"}],
        })  # fmt: skip
        self.claim = made["id"]
        self.attach_papers("chen")


@dataclass
class SmallOutcome:
    """What both ways must agree on, and the golden case says."""

    premium: Decimal
    indemnity: Decimal
    payee: str
    paid: Decimal
    insurer_share: Decimal
    insured_share: Decimal


def tell_sme(way: Any) -> SmallOutcome:
    _people()
    with on("2025-01-02"):
        way.buyer = a_buyer("Wisła Handel sp. z o.o.", country="PL")
        way.apply()
    with on("2025-01-03"):
        way.quote()
        way.sign()
    with on("2025-01-06"):
        premium = way.pay_first()
    with on("2025-01-08"):
        way.ask_limit()
    with on("2025-01-09"):
        way.decide_limit()
    return _claimed(way, premium)


def tell_micro(way: Any) -> SmallOutcome:
    _people()
    with on("2025-01-06"):
        way.apply()
        premium = way.pay_first()
    return _claimed(way, premium)


def _people() -> None:
    for code in ("haituo", "insurer"):
        organisation(code)
    load_levels()


def _claimed(way: Any, premium: Decimal) -> SmallOutcome:
    """Due on 30 May 2025; 120 days of waiting end on 27 September, 90 days of a micro policy on 28 August."""
    with on("2025-06-20"):
        way.file_claim()
        way.investigate()
    with on("2025-09-30"):
        way.adjust()
        indemnity = way.decide()
        way.return_papers()
        payee, paid = way.pay()
    with on("2026-02-20"):
        insurer, insured = way.recover()
    return SmallOutcome(premium, indemnity, payee, paid, insurer, insured)
