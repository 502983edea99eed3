"""The five steps of a micro policy (§8.3, 信保易) clicked in Chinese on a phone: no limit, no declaration, no notice of cover.

Yunshan (Wu does everything) ships USD 100,000 to Vietnam on 1 March 2025, due 30 May, never paid; 80 %, at most 150,000 a buyer.

    most that may be lent   100,000 × min(90 %, 80 %) = 80,000.00, so 85,000 is refused (F8)
    lent                    60,000.00
    indemnity               100,000 × 80 %            = 80,000.00, to the bank's account
    the loan                60,000.00 repaid out of it = 0.00 open
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from limits.levels import load_levels
from tests.browser.clicking import PHONE, Room
from tests.browser.lending import ACCOUNT_NO, Lending
from tests.factories.obligors import a_buyer
from tests.factories.people import organisation
from tests.journeys.by_page import path_to
from tests.journeys.small_story import MICRO_PEOPLE, VIETNAM, MicroByPage
from tests.journeys.story import on

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Micro(Lending, MicroByPage):
    unshipped: dict[str, str] = {}

    def __init__(self, room: Room) -> None:
        super().__init__()
        self.room, self.language = room, room.language
        self.who = lambda name: room.seat(MICRO_PEOPLE.get(name, name))  # type: ignore[assignment]

    def register_invoice(self) -> None:
        done = self.who("chen").fill(
            reverse("declarations:new"), other_code=self.buyer.code, term="OA", credit_days=90, invoice_no="XG-1",
            shipped_on="2025-03-01", amount="100,000.00", knows_of_loss="no",
        )  # fmt: skip
        path_to(done, "declarations:detail")


def test_five_steps_on_a_phone(room: Room) -> None:
    story = Micro(room.set_up(size=PHONE))
    for code in ("yunshan", "insurer", "minhai"):
        organisation(code)
    load_levels()
    _assign(story)
    _lend(story)
    _loss(story)


def _assign(story: Micro) -> None:
    """Steps 1 to 3."""
    with on("2025-01-06"):
        story.buyer = a_buyer(VIETNAM["name"], country=VIETNAM["country"])
        story.apply()
        story.pay_first()
        story.draft_agreement()
        story.shows(1, "Assignment signed by all three", "Exporter", "wu")
        for name, side, done, now, who in (
            ("zhao", "exporter", 1, "Assignment signed by all three", "Bank"),
            ("wang", "bank", 1, "Assignment signed by all three", "Insurer"),
            ("zhou", "insurer", 2, "Financing contract recorded", "Bank"),
        ):
            story.sign_agreement(name, side)
            story.shows(done, now, who, "wu", "li")
        story.record_contract("2025-01-06")
        story.shows(3, "Money lent", "Bank", "wu", "li")


def _lend(story: Micro) -> None:
    """Step 4."""
    with on("2025-03-01"):
        story.register_invoice()
        why, most = story.most("85,000")
        assert story.say("No loan can stand on this invoice now.") in why
        assert most == 80_000
        story.reserve("60,000")
        story.draw()
        story.shows(4, "", "", "wu", "li")


def _loss(story: Micro) -> None:
    """Step 5: claimed directly, without a notice."""
    with on("2025-06-20"):
        story.file_claim()
        story.shows(4, "On a loss, the indemnity goes to the bank", "Insurer", "wu", "li")
        story.investigate()
    with on("2025-09-30"):
        story.adjust()
        assert story.decide() == 80_000
        story.return_papers()
        assert story.pay() == ("闽海银行", Decimal(80_000))
        assert ACCOUNT_NO in story.paid()[story.say("Account number")]
        story.shows(5, "", "", "wu", "li")
        story.repay("60,000")
        assert story.loan_facts()[story.say("Still open")].endswith(" 0.00")
