"""Golden cases on the letter that the insured gets: G05 (Ukraine), G06 (Vietnam) and G07 (little left of the year)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from claims import decision
from claims.models import Claim, OpinionKind
from claims.worksheet import Entries, LineEntry
from policies.micro.caps import draw_buyer_cap
from policies.services import draw_liability
from sinosure.core import clock
from sinosure.documents.models import Document
from sinosure.reference.models import ExchangeRate
from tests.claims.test_direct_claims import DAY, a_policy, worked_out
from tests.claims.test_golden_cases_through_the_services import a_case_limit, money, sheet_of, shipped
from tests.factories import claims as a
from tests.factories.micro import a_direct_claim, an_invoice
from tests.factories.people import actor
from tests.journeys.test_seven_steps import golden

pytestmark = pytest.mark.django_db


def letter_of(claim: Claim, approver: str = "xie") -> dict[str, Any]:
    """Proposed, decided and sent: what is printed."""
    with clock.frozen(a.after_waiting(claim)):
        decision.propose(
            actor=actor("he"), claim_id=claim.pk, kind=OpinionKind.FINAL, reasons="The debtor does not pay."
        )
        decision.decide(actor=actor(approver), claim_id=claim.pk)
        decision.send_notice(actor=actor("he"), claim_id=claim.pk)
    found: dict[str, Any] = Document.objects.of(claim).get(kind="indemnity_notice").context
    return found


def assert_says(letter: dict[str, Any], case: str) -> None:
    wanted = golden("indemnity", case)
    assert Decimal(letter["amount"]) == Decimal(wanted["indemnity_total"])
    assert Decimal(letter["claim_base"]) == Decimal(wanted["claim_base"])
    assert Decimal(letter["ratio"]) == Decimal(wanted["pct"])


def test_g05_goods_stopped_by_war_and_resold():  # 3.2 m − (2.48 m − 113,333.33) = 833,333.33; × 90 % = 750,000
    limit = a_case_limit("3500000", max_liability=10_000_000)
    s1 = shipped(limit, "3200000", date(2025, 1, 20), date(2025, 4, 20))
    entry = LineEntry(s1.pk, resale_gross=money("2480000"), disposal_charges=money("113333.33"))
    sheet_of(
        s1, Entries((entry,)), risk="POL_WAR", occurred_on=date(2025, 4, 1),
        known_on=date(2025, 4, 21), days_after=2,
    )  # fmt: skip
    assert_says(letter_of(Claim.objects.get()), "G05")


def test_g06_a_micro_exporter_paid_in_yuan():  # 1,370,000 / 7.00 = 195,714.29; × 80 % = 156,571.43; at most 150,000
    policy = a_policy()
    with clock.frozen(DAY):
        ExchangeRate.objects.update_or_create(currency_id="CNY", day=DAY, defaults={"per_usd": Decimal("7.00")})
        claim = a_direct_claim(policy, an_invoice("XG-1", "1800000", date(2025, 1, 20), date(2025, 2, 19), currency="CNY",
                                                  received=Decimal(430_000)))  # fmt: skip
        worked_out(claim)
    assert_says(letter_of(claim), "G06")


def test_g07_thirty_thousand_left_of_the_year():  # 60,000 × 80 % = 48,000; 150,000 − 120,000 = 30,000
    policy = a_policy(tier="T4")
    for buyer, amount in ((901, 70_000), (902, 50_000)):
        draw_liability(actor=actor("yuan"), policy_id=policy.pk, amount=Decimal(amount))
        draw_buyer_cap(actor=actor("yuan"), policy=policy, obligor_id=buyer, amount=Decimal(amount))
    with clock.frozen(DAY):
        claim = a_direct_claim(policy, an_invoice("XG-1", "60000", date(2025, 3, 1), date(2025, 5, 30)))
        worked_out(claim)
    assert_says(letter_of(claim), "G07")
