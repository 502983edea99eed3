"""银行保险单 and 福费廷保险单 by page and by API: the same figures from both, those of G12 and G11 on the final letter."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from claims.models import Claim, ClaimState
from sinosure.documents.models import Document
from tests.factories.people import organisation
from tests.journeys.bank_story import G11, G12, BankByApi, BankByPage, BankOutcome, Plan, tell
from tests.journeys.test_seven_steps import golden

pytestmark = pytest.mark.django_db
WAYS = [BankByPage, BankByApi]


def expected(plan: Plan) -> BankOutcome:
    """The indemnity is the golden case's; the rest is worked out in the story."""
    indemnity = Decimal(golden("indemnity", plan.case)["indemnity_total"])
    premium, last_day, insurer, insured = {
        "G12": ("2688.00", date(2025, 7, 29), "28350.00", "7650.00"),
        "G11": ("850.00", date(2025, 7, 15), "36000.00", "0.00"),
    }[plan.case]
    return BankOutcome(
        Decimal(premium), Decimal(100), last_day, indemnity, organisation("minhai").name_zh, indemnity, Decimal(insurer),
        Decimal(insured),
    )  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=["by page", "by API"])
@pytest.mark.parametrize("plan", [G12, G11], ids=["bank policy", "forfaiting policy"])
def test_a_bank_is_insured_from_application_to_recovery(way: type[Any], plan: Plan) -> None:
    assert tell(way(plan)) == expected(plan)
    claim = Claim.objects.get()
    assert claim.state == ClaimState.CLOSED
    letter = Document.objects.of(claim).get(kind="indemnity_notice")
    case = golden("indemnity", plan.case)
    assert letter.context["insured"] == "闽海银行"
    assert Decimal(letter.context["amount"]) == Decimal(case["indemnity_total"])
    assert Decimal(letter.context["claim_base"]) == Decimal(case["claim_base"])
    assert Decimal(letter.context["ratio"]) == Decimal(case["pct"])
