"""The eight steps of the comprehensive policy (§8.3) clicked in Chinese on a desk: from the policy to the bank that is paid.

Haituo sells USD 100,000 to a Polish buyer, O/A 60 days, shipped on 16 June 2025, never paid; limit 200,000, 90 %.

    most that may be lent   min(100,000 × 90 %, 200,000 × 90 %, 1,000,000)  = 90,000.00, so 95,000 is refused
    lent                    80,000.00, reserved and then drawn
    indemnity               min(100,000, limit 200,000) × 90 %              = 90,000.00, all of it to the bank's account
    the loan                80,000.00 repaid out of it                      =      0.00 open
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from declarations import services as declarations
from declarations.models import DeclarationPeriod, PremiumNotice
from financing.models import CoverNotice
from limits.levels import load_levels
from limits.models import LimitApplication
from policies.models import Policy
from tests.browser.clicking import Room
from tests.browser.lending import ACCOUNT_NO, Lending
from tests.factories.limits import a_submitted_application
from tests.factories.obligors import a_buyer
from tests.factories.people import actor, organisation
from tests.factories.policies import a_quoted_policy, pay_deposit
from tests.journeys.by_page import ByPage, number_in, path_to
from tests.journeys.story import on

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Comprehensive(Lending, ByPage):
    def __init__(self, room: Room) -> None:
        super().__init__(room.seat, room.language)
        self.room = room

    def prepare(self) -> None:
        """Quoted by Zhou; what is clicked begins with the signatures."""
        for code in ("haituo", "insurer", "minhai"):
            organisation(code)
        load_levels()
        with on("2025-01-03"):
            self.buyer = a_buyer("Wisła Handel sp. z o.o.", country="PL")
            policy = a_quoted_policy(starts_on=date(2025, 1, 6), max_liability=Decimal(1_000_000))
            self.policy = reverse("policies:policy-detail", args=[policy.pk])

    def begin_cover(self) -> None:
        pay_deposit(Policy.objects.get(pk=number_in(self.policy)))

    def apply_for_limit(self) -> None:
        policy = Policy.objects.get(pk=number_in(self.policy))
        found: LimitApplication = a_submitted_application(policy=policy, obligor=self.buyer)
        self.application = reverse("limits:application-detail", args=[found.pk])

    def declare_for_bank(self) -> None:
        done = self.who("chen").fill(
            reverse("declarations:new"), obligor=self.buyer.pk, term="OA", credit_days=60, invoice_no="HT-1",
            shipped_on="2025-06-16", amount="100,000.00", knows_of_loss="no",
            financing_bank=organisation("minhai").pk,
        )  # fmt: skip
        path_to(done, "declarations:detail")

    def notice_arrives(self) -> str:
        """Without a further deed of anybody; the code is read off the bank's page."""
        li = self.room.seat("li")
        li.open(reverse("financing:notice-list"))
        li.follow(CoverNotice.objects.get().number)
        return str(li.page.locator("main a[href*='/verify/']").inner_text())

    def settle_premium(self) -> None:
        """The month is closed; 100,000 × 0.24 % = 240.00 are set off against the deposit of 2,000.00."""
        period = DeclarationPeriod.objects.get(policy=number_in(self.policy), month=date(2025, 6, 1))
        declarations.close_month(actor=actor("chen"), period_id=period.pk)
        assert PremiumNotice.objects.get(policy=number_in(self.policy), month=date(2025, 6, 1)).state == "PAID"

    def notify(self) -> date:
        start = reverse("claims:notice-start", args=[number_in(self.policy), self.buyer.pk])
        done = self.who("chen").fill(
            start, risk="BUYER_DEFAULT", goods_status="WITH_BUYER", buyer_reason="No cash", contact="Chen"
        )
        self.notice = path_to(done, "claims:notice-detail")
        return date(2025, 8, 25)


def test_eight_steps_to_the_bank_that_is_paid(room: Room) -> None:
    story = Comprehensive(room.set_up())
    story.prepare()
    _contract(story)
    _declare_and_lend(story)
    _loss(story)


def _contract(story: Comprehensive) -> None:
    """Steps 1 to 4: policy, limit, assignment, financing contract."""
    with on("2025-01-03"):
        story.sign()
    with on("2025-01-06"):
        story.begin_cover()
    with on("2025-01-07"):
        story.draft_agreement()
        story.shows(1, "Limit on the buyer approved", "Exporter", "chen")
        story.apply_for_limit()
        story.decide_limit()
        story.shows(2, "Assignment signed by all three", "Exporter", "chen")
        story.sign_agreement("zhao", "exporter")
        story.shows(2, "Assignment signed by all three", "Bank")
        story.sign_agreement("wang", "bank")
        story.shows(2, "Assignment signed by all three", "Insurer")
        story.sign_agreement("zhou", "insurer")
        story.shows(3, "Financing contract recorded", "Bank")
        story.record_contract("2025-01-07")
        story.shows(4, "Shipment declared", "Exporter")


def _declare_and_lend(story: Comprehensive) -> None:
    """Steps 5 to 7: declaration with financing intent, notice of cover, money lent."""
    with on("2025-06-16"):
        story.declare_for_bank()
        story.shows(6, "Money lent", "Bank")
        code = story.notice_arrives()
        guest = story.room.window()
        guest.goto(reverse("documents:verify"))
        guest.fill("#code", code)
        guest.locator("main form button").click()
        assert story.say("This document was issued by this site.") in guest.inner_text("main")
        assert "HT-1" not in guest.inner_text("main")
        why, most = story.most("95,000")
        assert story.say("No loan can stand on this invoice now.") in why
        assert most == 90_000
        story.reserve("80,000")
        story.shows(6, "Money lent", "Bank")
        story.draw()
        story.shows(7, "", "")
        assert story.say("No loss so far") in story.checklist.last(story.room.seat("chen"))
    with on("2025-07-02"):
        story.settle_premium()


def _loss(story: Comprehensive) -> None:
    """Step 8."""
    with on("2025-08-25"):
        story.notify()
        story.shows(7, "On a loss, the indemnity goes to the bank", "Exporter")
    with on("2025-08-26"):
        story.mitigate()
    with on("2025-09-05"):
        story.file_claim()
        story.shows(7, "On a loss, the indemnity goes to the bank", "Insurer")
    with on("2025-09-10"):
        story.investigate()
    with on("2025-12-23"):
        story.adjust()
        assert story.decide() == 90_000
        story.return_papers()
        assert story.pay() == ("闽海银行", Decimal(90_000))
        assert ACCOUNT_NO in story.paid()[story.say("Account number")]
        story.shows(8, "", "")
        for name in ("chen", "li"):
            assert story.say("Indemnity paid") in story.checklist.last(story.room.seat(name))
        shown = story.loan_facts()
        assert "80,000.00" in shown[story.say("Still open")]
        assert "90,000.00" in shown[story.say("Expected indemnity")]
        story.repay("80,000")
        assert story.loan_facts()[story.say("Still open")].endswith(" 0.00")
