"""What exporter, bank and insurer click around a loan: assignment, financing contract, verification, loan, repayment."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.urls import reverse

from tests.browser.checklist import Checklist, Turn
from tests.browser.clicking import Room, Seen
from tests.factories.people import organisation
from tests.journeys.by_page import amount_of, facts, newest, number_in, path_to

ACCOUNT = {"account_name": "闽海银行", "account_bank": "宁波分行", "account_no": "6200 1234 5678"}
ACCOUNT_NO = "620012345678"


class Lending:
    """Mixed into a way by page; `seat` is of the room, `who` may stand people in for one another."""

    room: Room
    who: Any
    say: Any
    policy: str
    claim: str
    agreement: str
    checklist: Checklist

    def draft_agreement(self) -> None:
        done = self.who("chen").fill(
            reverse("financing:agreement-new"), policy=number_in(self.policy), bank=organisation("minhai").pk, **ACCOUNT
        )
        self.agreement = path_to(done, "financing:agreement-detail")
        self.checklist = Checklist(self.room, self.agreement)

    def sign_agreement(self, name: str, side: str) -> None:
        self.who(name).act(self.agreement, f"sign-{side}", is_read="on")

    def record_contract(self, signed_on: str) -> None:
        self.room.seat("li").act(self.agreement, "contract", contract_no="RZ-2025-1", contract_on=signed_on)

    def most(self, amount: str) -> tuple[str, Decimal]:
        """The bank asks whether so much may be lent: why not, and what would pass."""
        li = self.room.seat("li")
        self._choose_shipment()
        li.page.fill("[name=principal]", amount)
        li.click(li.page.locator("button[name=_go][value=verify]"))
        headroom = facts(Seen(li.page))[self.say("Most that may be lent")]
        return li.text(), amount_of(headroom)

    def reserve(self, amount: str) -> None:
        self._choose_shipment()
        done = self.room.seat("li").fill_here(principal=amount, drawn_on="")
        self.loan = path_to(done, "financing:loan-detail")

    def draw(self) -> None:
        self.room.seat("li").act(self.loan, "draw")

    def _choose_shipment(self) -> None:
        li = self.room.seat("li")
        li.open(reverse("financing:loan-new"))
        li.follow(self.say("Lend"))

    def loan_facts(self) -> dict[str, str]:
        return facts(self.room.seat("li").open(self.loan))

    def repay(self, amount: str) -> None:
        self.room.seat("li").act(self.loan, "repay", amount=amount, reference="IND-1")

    def paid(self) -> dict[str, str]:
        """The payment as finance sees it in the end."""
        deng = self.room.seat("deng")
        return facts(deng.open(newest(deng.open(reverse("claims:payment-list")), "claims:payment-detail")))

    def shows(self, done: int, now: str, who: str, *names: str) -> None:
        self.checklist.shows(Turn(done, now, who), *(names or ("chen", "li")))
