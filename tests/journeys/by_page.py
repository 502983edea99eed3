"""The story through the pages: forms as rendered, buttons and links as offered, figures as shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, override

from credit_info.models import Obligor
from sinosure.core import clock
from tests.factories.claims import IDENTITY, a_file
from tests.factories.limits import FACTS
from tests.factories.people import organisation
from tests.journeys.html import Facts, Page
from tests.journeys.people import Reader
from tests.journeys.story import PAPERS
from tests.policies.test_pages import typed_form, typed_quote


class ByPage:
    """`reader` is how a person gets at the pages; `language` the one they read them in."""

    buyer: Obligor

    def __init__(self, reader: Callable[[str], Any] = Reader, language: str = "en") -> None:
        self.who = cache(reader)
        self.language = language

    def say(self, words: str) -> str:
        """The words of the page in the reader's language."""
        with override(self.language):
            return gettext(words)

    def apply(self) -> None:
        done = self.who("chen").fill(reverse("policies:policy-new"), **typed_form(starts_on=date(2025, 1, 6)))
        self.policy = path_to(done, "policies:policy-detail")

    def quote(self) -> None:
        zhou = self.who("zhou")
        assert self.policy in Page(zhou.open(reverse("policies:policy-desk")).content.decode()).links
        zhou.act(self.policy, "take")
        terms = typed_quote(
            starts_on="2025-01-06", ends_on="2026-01-05", valid_until="2025-01-31", experience_factor="1",
            deposit_premium="100",
        )  # fmt: skip
        zhou.act(self.policy, "quote", **terms)

    def sign(self) -> None:
        self.who("zhao").act(self.policy, "accept", is_read="on")
        self.who("zhao").act(self.policy, "sign", is_read="on")
        self.who("qian").act(self.policy, "countersign", is_read="on")

    def _pay_notice(self, needle: str) -> dict[str, str]:
        """Finance opens the newest notice from its list and books what it says is payable."""
        yuan = self.who("yuan")
        notice = newest(yuan.open(reverse("declarations:notices")), "declarations:notice")
        shown = facts(yuan.open(notice))
        assert needle in shown[self.say("Kind")] + shown.get(self.say("Month"), "")
        yuan.act(
            notice,
            "book",
            amount=shown[self.say("Payable")].split()[-1],
            received_on=str(clock.today()),
            reference=f"PAY-{notice}",
        )
        return shown

    def pay_deposit(self) -> None:
        self._pay_notice("")
        assert self.say("In force") in self.who("chen").open(self.policy).content.decode()

    def assign_to_bank(self) -> None:
        done = self.who("chen").fill(
            reverse("financing:agreement-new"), policy=number_in(self.policy), bank=organisation("minhai").pk,
            account_name="闽海银行", account_bank="宁波分行", account_no="6200 1234 5678",
        )  # fmt: skip
        agreement = path_to(done, "financing:agreement-detail")
        for name, side in (("zhao", "exporter"), ("wang", "bank"), ("zhou", "insurer")):
            self.who(name).act(agreement, f"sign-{side}", is_read="on")
        assert self.say("In force") in self.who("li").open(agreement).content.decode()

    def ask_limit(self) -> None:
        answers = {name: str(value) for name, value in FACTS.items() if value is not False}
        done = self.who("chen").fill(
            reverse("limits:application-new"), policy=number_in(self.policy), obligor=self.buyer.pk, term="OA",
            credit_days="90", amount="200,000", **answers,
        )  # fmt: skip
        self.application = path_to(done, "limits:application-detail")

    def decide_limit(self) -> None:
        zhou = self.who("zhou")
        zhou.act(self.application, "take")
        zhou.act(self.application, "propose")  # in full, as it is filled in
        self.who("sun").act(self.application, "approve")
        assert "200,000.00" in self.who("chen").open(reverse("limits:list")).content.decode()

    def declare(self, invoice_no: str, amount: str, credit_days: int, shipped_on: str) -> None:
        done = self.who("chen").fill(
            reverse("declarations:new"), obligor=self.buyer.pk, term="OA", credit_days=credit_days, invoice_no=invoice_no,
            shipped_on=shipped_on, amount=amount, knows_of_loss="no",
        )  # fmt: skip
        assert invoice_no in self.who("chen").open(path_to(done, "declarations:detail")).content.decode()

    def close_month(self) -> None:
        chen = self.who("chen")
        months = Page(chen.open(reverse("declarations:periods")).content.decode())
        for link in paths_to(months, "declarations:period"):
            if "2025-06" in chen.open(link).content.decode().split("</title>")[0]:
                chen.act(link, "close")

    def pay_premium(self) -> tuple[Decimal, Decimal]:
        shown = self._pay_notice("2025-06")
        return amount_of(shown[self.say("Premium")]), amount_of(shown[self.say("Set off against the deposit")])

    def receive(self, invoice_no: str, amount: str) -> None:
        done = self.who("chen").fill(
            reverse("declarations:receipt-new"), obligor=self.buyer.pk, currency="USD", amount=amount,
            received_on=str(clock.today()), reference="TT-1", invoice_no=invoice_no,
        )  # fmt: skip
        assert invoice_no in done.content.decode()

    def notify(self) -> date:
        chen = self.who("chen")
        start = reverse("claims:notice-start", args=[number_in(self.policy), self.buyer.pk])
        assert start in Page(chen.open(reverse("claims:notice-new")).content.decode()).links
        done = chen.fill(start, risk="BUYER_DEFAULT", goods_status="WITH_BUYER", buyer_reason="No cash", contact="Chen")
        self.notice = path_to(done, "claims:notice-detail")
        shown = chen.open(self.notice).content.decode()
        assert ("HT-1" in shown, "HT-2" in shown) == (True, False)
        return date.fromisoformat(facts(done)[self.say("Last valid day")].split()[0])

    def mitigate(self) -> None:
        self.who("he").act(self.notice, "accept")
        self.who("he").act(self.notice, "assign-task", instruction="Dun in writing.", due_on="2025-09-04")
        chen = self.who("chen")
        task = newest(chen.open(self.notice), "claims:task-detail")
        chen.act(task, "accept", cost_estimate="0")
        chen.act(task, "done", result="The letter was not answered.")

    def file_claim(self) -> None:
        chen = self.who("chen")
        edit = chen.act(self.notice, f"notice/{number_in(self.notice)}").request["PATH_INFO"]
        saved = chen.fill(edit, statement="The buyer does not answer any more.")
        self.claim = path_to(saved, "claims:claim-detail")
        for form in Page(saved.content.decode()).forms:
            if form.action.startswith(f"{self.claim}papers/") and not form.action.endswith("drop/"):
                chen.attach(self.claim, form.action.removeprefix("/").rstrip("/"), a_file())
        chen.act(self.claim, "file")

    def investigate(self) -> None:
        for step in ("check", "accept", "investigate", "adjust"):
            self.who("he").act(self.claim, step)

    def adjust(self) -> None:
        he = self.who("he")
        he.fill(f"{self.claim}worksheet/", press=("_go", "save"))
        he.act(f"{self.claim}worksheet/", "propose", kind="FINAL", reasons="The buyer does not pay.")

    def decide(self) -> Decimal:
        self.who("tang").act(f"{self.claim}decision/", "decide")
        self.who("he").act(self.claim, "send-notice")
        shown = facts(self.who("zhao").open(f"{self.claim}returns/"))
        return amount_of(shown[self.say("Amount")])

    def return_papers(self) -> None:
        zhao, he, papers = self.who("zhao"), self.who("he"), f"{self.claim}returns/"
        for kind in PAPERS:
            zhao.act(papers, f"{kind}/sign")
        zhao.act(papers, "identity", **IDENTITY)
        zhao.attach(papers, "AML/upload", a_file())
        for kind in (*PAPERS, "AML"):
            he.act(papers, f"{kind}/verify")

    def pay(self) -> tuple[str, Decimal]:
        yuan = self.who("yuan")
        yuan.act(self.claim, "prepare")
        payment = newest(yuan.open(reverse("claims:payment-list")), "claims:payment-detail")
        self.who("deng").act(payment, "approve")
        yuan.act(payment, "send")
        yuan.act(payment, "confirm", confirmed_on=str(clock.today()), bank_reference="BK-1")
        shown = facts(self.who("deng").open(payment))
        return shown[self.say("Payee")], amount_of(shown[self.say("Amount")])

    def recover(self) -> tuple[Decimal, Decimal]:
        peng, yuan = self.who("peng"), self.who("yuan")
        peng.act(self.claim, "recover")
        case = newest(peng.open(reverse("claims:recovery-list")), "claims:recovery-detail")
        peng.act(case, "assign-channel", channel="Kancelaria Nowak, Warszawa")
        peng.act(case, "record", received_on="2026-02-20", gross="40,000", cost="4,000", reference="WH-1")
        yuan.act(case, "split")
        yuan.act(case, "remit")
        shown = facts(yuan.open(case))
        peng.act(case, "write-off", reason="The debtor was dissolved.")
        peng.act(case, "close", reason="Nothing more to get.")
        return amount_of(shown[self.say("Insurer's share")]), amount_of(shown[self.say("To the insured")])


def facts(answer: Any) -> dict[str, str]:
    return Facts(answer.content.decode()).pairs


def amount_of(text: str) -> Decimal:
    """ "USD 1,234.50" as 1234.50."""
    return Decimal(text.split()[-1].replace(",", "").replace("−", "-"))


def number_in(path: str) -> int:
    return int(re.findall(r"\d+", path)[-1])


def paths_to(page: Page, route: str) -> list[str]:
    """The links of the page that lead to this route, in their order."""
    shape = re.escape(reverse(route, args=[0])).replace("0", r"\d+")
    return [link for link in page.links if re.fullmatch(shape, link)]


def newest(answer: Any, route: str) -> str:
    return max(paths_to(Page(answer.content.decode()), route), key=number_in)


def path_to(answer: Any, route: str) -> str:
    """The row that the answer is about: its address begins like the row's page."""
    shape = re.escape(reverse(route, args=[0])).replace("0", r"\d+")
    found = re.match(shape, str(answer.request["PATH_INFO"]))
    assert found, f"{answer.request['PATH_INFO']} is not at {route}"
    return found.group()
