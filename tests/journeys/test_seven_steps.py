"""The seven steps by page and by API: the same figures from both, and those of the golden cases."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from claims.models import Claim, ClaimState
from sinosure.audit.services import seal, verify
from sinosure.deadlines.models import Deadline
from tests.factories.people import organisation
from tests.journeys.by_api import ByApi
from tests.journeys.by_page import ByPage
from tests.journeys.story import Outcome, tell

pytestmark = pytest.mark.django_db
GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "cases.json").read_text(encoding="utf-8"))
WAYS = [ByPage, ByApi]

# BANK: + 100.00 deposit + 188.00 premium − 90,000.00 indemnity + 36,000.00 net recovered − 3,600.00 to the insured
# RECOVERY_INCOME: insurer 32,400.00 + its share of the cost 3,600.00; PREMIUM_INCOME: 288.00
BOOK = {
    "BANK": Decimal("-57312.00"), "PREMIUM_INCOME": Decimal("-288.00"), "INDEMNITY_EXPENSE": Decimal("90000.00"),
    "RECOVERY_INCOME": Decimal("-36000.00"), "RECOVERY_COST": Decimal("3600.00"),
}  # fmt: skip


def golden(kind: str, name: str) -> dict[str, Any]:
    [found] = [case["expected"] for case in GOLDEN[kind] if case["id"] == name]
    return found


def expected(payee: str) -> Outcome:
    """Put together from P1, T1, G01 and R1."""
    rate = Decimal(golden("premium", "P1")["rate_pct"])
    indemnity = Decimal(golden("indemnity", "G01")["indemnity_total"])
    shared = golden("recovery", "R1")
    return Outcome(
        premium=Decimal(120_000) * rate / 100, set_off=Decimal(100),
        last_day_of_notice=date.fromisoformat(golden("deadline", "T1")["legal_due"]), indemnity=indemnity, payee=payee,
        paid=indemnity, insurer_share=Decimal(shared["insurer"]), insured_share=Decimal(shared["to_insured"]), balances=BOOK,
    )  # fmt: skip


def as_it_must_end() -> None:
    """Closed, no clock left on the claim, the trail unbroken, the book at zero."""
    claim = Claim.objects.get()
    assert claim.state == ClaimState.CLOSED
    assert not Deadline.objects.of(claim).open().exists()
    assert sum(BOOK.values()) == 0
    assert seal() > 50  # every deed left its entry
    assert not verify().faults


@pytest.mark.parametrize("way", WAYS, ids=["by page", "by API"])
def test_g01_from_application_to_recovery_pays_the_insured(way: type[Any]) -> None:
    assert tell(way()) == expected(organisation("haituo").name_zh)
    as_it_must_end()


@pytest.mark.parametrize("way", WAYS, ids=["by page", "by API"])
def test_with_an_assignment_the_same_indemnity_goes_to_the_bank(way: type[Any]) -> None:
    """The loan is nil, so the insured keeps its 3,600.00 of the recovery; only the payee differs."""
    assert tell(way(), to_bank=True) == expected("闽海银行")
    as_it_must_end()
