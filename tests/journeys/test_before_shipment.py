"""出口前附加险 by page and by API: the same figures from both, those of G19 on the final letter, and never counted twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from claims.models import Claim, ClaimState
from limits.models import CreditLimit
from sinosure.documents.models import Document
from tests.journeys.production_story import ProductionByApi, ProductionByPage, tell_production
from tests.journeys.small_story import SmallOutcome
from tests.journeys.test_seven_steps import golden

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("way", [ProductionByPage, ProductionByApi], ids=["by page", "by API"])
def test_goods_in_production_from_application_to_recovery(way: type[Any]) -> None:
    found = golden("indemnity", "G19")
    indemnity = Decimal(found["indemnity_total"])
    outcome, last_day = tell_production(way())
    assert outcome == SmallOutcome(
        Decimal("400.00"), indemnity, "宁波海拓进出口有限公司", indemnity, Decimal("28800.00"), Decimal("7200.00")
    )
    assert last_day == date(2025, 2, 17)
    claim = Claim.objects.get()
    assert claim.state == ClaimState.CLOSED
    letter = Document.objects.of(claim).get(kind="indemnity_notice").context
    assert (Decimal(letter["amount"]), Decimal(letter["claim_base"]), Decimal(letter["ratio"])) == (
        indemnity, Decimal(found["claim_base"]), Decimal(found["pct"]),
    )  # fmt: skip
    assert letter["contract"] == "HT-C1"
    assert [step["zh"] for step in letter["steps"][:2]] == ["已发生的直接成本，以合同价款为限", "通过承保检查的合同"]
    papers = {item.code: item.is_required for item in claim.checklist.all()}  # the column “pre-ship” of CLM-5
    assert (papers["CONTRACT"], papers["INVOICE"], "TRANSPORT" in papers, "CUSTOMS" in papers) == (
        True,
        False,
        False,
        False,
    )
    assert CreditLimit.objects.get().used == 0
