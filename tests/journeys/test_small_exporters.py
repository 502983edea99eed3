"""中小企业综合保险 and 小微企业信保易 by page and by API: the same figures from both, those of G18 and G20 on the letter."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from claims.models import Claim, ClaimState
from sinosure.documents.models import Document
from tests.journeys.small_story import MicroByApi, MicroByPage, SmallOutcome, SmeByApi, SmeByPage, tell_micro, tell_sme
from tests.journeys.test_seven_steps import golden

pytestmark = pytest.mark.django_db


def expected(case: str, premium: str, payee: str, insurer: str, insured: str) -> SmallOutcome:
    indemnity = Decimal(golden("indemnity", case)["indemnity_total"])
    return SmallOutcome(Decimal(premium), indemnity, payee, indemnity, Decimal(insurer), Decimal(insured))


def letter_says(case: str) -> None:
    claim = Claim.objects.get()
    assert claim.state == ClaimState.CLOSED
    letter = Document.objects.of(claim).get(kind="indemnity_notice")
    found = golden("indemnity", case)
    assert Decimal(letter.context["amount"]) == Decimal(found["indemnity_total"])
    assert Decimal(letter.context["claim_base"]) == Decimal(found["claim_base"])
    assert Decimal(letter.context["ratio"]) == Decimal(found["pct"])


@pytest.mark.parametrize("way", [SmeByPage, SmeByApi], ids=["by page", "by API"])
def test_an_sme_from_application_to_recovery_without_notice(way: type[Any]) -> None:
    assert tell_sme(way()) == expected("G18", "4800.00", "宁波海拓进出口有限公司", "18000.00", "18000.00")
    letter_says("G18")


@pytest.mark.parametrize("way", [MicroByPage, MicroByApi], ids=["by page", "by API"])
def test_a_micro_exporter_from_purchase_to_recovery_with_unshipped_orders(way: type[Any]) -> None:
    assert tell_micro(way()) == expected("G20", "1440.00", "云山农产品有限公司", "32400.00", "3600.00")
    letter_says("G20")
