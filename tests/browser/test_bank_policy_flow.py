"""The six steps of a bank policy (§8.3) clicked in English in the dark display: the bank buys, insures itself, and is paid.

Golden case G12: Minhai buys R1 of 800,000 from Haituo on 1 March 2025, due 29 June, never paid; limit 700,000; 90 %.

    premium     800,000 × 0.24 % × 1.4 = 0.336 %     = 2,688.00
    indemnity   min(800,000, 700,000) × 90 %         = 630,000.00, to the account of the bank itself
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from declarations.models import DeclarationPeriod
from limits.levels import load_levels
from policies import services as policies
from tests.browser.checklist import Checklist, Turn
from tests.browser.clicking import Room
from tests.browser.lending import Lending
from tests.factories.bank_policies import a_draft_bank_policy, bank_terms
from tests.factories.people import actor, organisation
from tests.journeys.bank_story import G12, BankByPage, debtor
from tests.journeys.by_page import number_in
from tests.journeys.story import on

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIX = "On a loss, the insurer pays the bank"


class BankPolicy(Lending, BankByPage):
    def __init__(self, room: Room) -> None:
        super().__init__(G12, room.seat, room.language)
        self.room = room

    def prepare(self) -> None:
        """Applied for and quoted; what is clicked begins with the signatures."""
        for code in ("haituo", "insurer", "minhai"):
            organisation(code)
        load_levels()
        with on("2025-01-03"):
            self.buyer = debtor(G12)
            draft = a_draft_bank_policy(starts_on=date(2025, 1, 6))
            policies.submit(actor=actor("li"), policy_id=draft.pk)
            policies.take(actor=actor("zhou"), policy_id=draft.pk)
            terms = bank_terms("BANK", starts_on=date(2025, 1, 6), deposit_premium=Decimal(100))
            policies.quote(actor=actor("zhou"), policy_id=draft.pk, terms=terms)
        self.policy = reverse("policies:policy-detail", args=[draft.pk])
        self.checklist = Checklist(self.room, reverse("financing:bank-policy", args=[draft.pk]))

    def close_month(self) -> None:
        period = DeclarationPeriod.objects.get(policy=number_in(self.policy), month=date(2025, 3, 1))
        self.who("chen").act(reverse("declarations:period", args=[period.pk]), "close")

    def bank_sees(self, done: int, now: str, who: str) -> None:
        self.checklist.shows(Turn(done, now, who), "li")


def test_six_steps_to_the_bank_that_is_paid(room: Room) -> None:
    story = BankPolicy(room.set_up("en-GB", scheme="dark"))
    story.prepare()
    _agree(story)
    _buy(story)
    _loss(story)


def _agree(story: BankPolicy) -> None:
    """Steps 1 to 3. Without the factoring agreement there is no seller to declare for."""
    with on("2025-01-03"):
        story.sign()
    with on("2025-01-06"):
        story.pay_deposit()
        story.bank_sees(1, "Factoring agreement signed", "Bank")
        li = story.room.seat("li")
        li.open(reverse("declarations:new"))
        assert "No factoring agreement is recorded under this policy yet." in li.text()
        assert li.page.locator("#id_seller option").all_inner_texts() == ["—"]
    with on("2025-01-07"):
        story.agree_with_seller()
        story.bank_sees(2, "Limit on the debtor approved", "Bank")
    with on("2025-01-09"):
        story.ask_limit()
        story.decide_limit()
        story.bank_sees(3, "Receivable transferred, exporter paid", "Exporter")


def _buy(story: BankPolicy) -> None:
    """Steps 4 and 5: the exporter sees its receivable, the bank declares it and pays the premium."""
    with on("2025-03-01"):
        story.buy()
    with on("2025-04-05"):
        story.close_month()
        assert story.pay_premium()[0] == Decimal("2688.00")
        story.checklist.shows(Turn(5, "", ""), "li", "chen")


def _loss(story: BankPolicy) -> None:
    """Step 6."""
    with on("2025-07-10"):
        assert story.notify() == date(2025, 7, 29)
        story.bank_sees(5, SIX, "Bank")
        story.mitigate()
    with on("2025-07-20"):
        story.file_claim()
        story.bank_sees(5, SIX, "Insurer")
        story.investigate()
    with on("2025-11-03"):
        story.adjust()
        assert story.decide() == 630_000
        story.return_papers()
        assert story.pay() == ("闽海银行", Decimal(630_000))
        assert organisation("minhai").account_no in story.paid()["Account number"]
        story.bank_sees(6, "", "")
        assert "Indemnity paid" in story.checklist.last(story.room.seat("li"))
