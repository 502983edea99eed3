"""G01 all the way: shipped, not paid, notified, claimed, adjusted, decided, paid, recovered, closed; the book balances."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from claims import recoveries
from claims.models import ClaimState, RecoveryState
from sinosure.core import clock
from sinosure.deadlines.models import Deadline
from sinosure.ledger.models import Account
from sinosure.ledger.services import balance
from tests.factories.claims import a_paid_claim, a_recovery_case, after_waiting
from tests.factories.people import actor

pytestmark = pytest.mark.django_db


def test_a_default_of_100_000_is_paid_with_90_000_and_shared_when_the_debtor_pays_later():
    claim = a_paid_claim()  # min(100,000, limit 200,000) × 90 % = 90,000
    assert claim.state == ClaimState.SUBROGATED
    assert claim.paid_total == Decimal(90_000)
    assert balance(Account.BANK, "USD") - balance(Account.BANK, "USD", subject=claim) <= 0
    assert balance(Account.INDEMNITY_PAYABLE, "USD") == 0
    assert balance(Account.INDEMNITY_EXPENSE, "USD") == Decimal(90_000)
    case = a_recovery_case(claim)
    with clock.frozen(after_waiting(claim) + timedelta(days=60)):
        # R1: 40,000 less 4,000 = 36,000; 90 % = 32,400 insurer, 3,600 insured
        receipt = recoveries.record(
            actor=actor("peng"), case_id=case.pk, received_on=clock.today(), gross=Decimal(40_000),
            reference="HH-1", cost=Decimal(4_000),
        )  # fmt: skip
        receipt = recoveries.split(actor=actor("yuan"), receipt_id=receipt.pk)
        assert (receipt.insurer_share, receipt.insured_share) == (Decimal(32_400), Decimal(3_600))
        recoveries.remit(actor=actor("yuan"), receipt_id=receipt.pk)
        recoveries.write_off(actor=actor("peng"), case_id=case.pk, reason="The debtor was dissolved.")
        recoveries.close(actor=actor("peng"), case_id=case.pk)
    assert balance(Account.RECOVERY_CLEARING, "USD") == 0
    assert balance(Account.DUE_TO_INSURED, "USD") == 0
    # income 32,400 + own cost 3,600; cost 3,600
    assert balance(Account.RECOVERY_INCOME, "USD") == Decimal(-36_000)
    assert balance(Account.RECOVERY_COST, "USD") == Decimal(3_600)
    claim.refresh_from_db()
    case.refresh_from_db()
    assert (claim.state, case.state) == (ClaimState.CLOSED, RecoveryState.CLOSED)
    limit = claim.lines.get().shipment.limit
    limit.refresh_from_db()
    assert limit.used == 0
    assert not Deadline.objects.of(claim).open().exists()


def test_the_dates_of_the_standard_claim():
    claim = a_paid_claim()
    assert claim.occurred_on == date(2026, 5, 1)
    assert claim.waiting_until == date(2026, 5, 1) + timedelta(days=120)
