"""R1 to R5 through real cases: the shares, the clocks, and a book that balances after every posting."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

from claims import recoveries
from claims.models import RecoveryCase, RecoveryReceipt, RecoveryState
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.deadlines.models import Deadline, DeadlineState
from sinosure.ledger.models import Account, Posting
from sinosure.ledger.services import balance
from tests.factories import claims as a
from tests.factories.declarations import a_receipt
from tests.factories.people import actor, organisation

pytestmark = pytest.mark.django_db


def money(text: str) -> Decimal:
    return Decimal(text)


def a_case(debt: str = "100000", mode: str = "PRO_RATA") -> RecoveryCase:
    """Debt as assessed; with 300,000 the limit of 200,000 leaves an indemnity of 180,000."""
    shipment = a.an_unpaid_shipment(amount=money(debt))
    claim = a.a_paid_claim(shipment)
    with clock.frozen(a.after_waiting(claim)):
        return recoveries.open_case(actor=actor("peng"), claim_id=claim.pk, mode=mode)


def recovered(case: RecoveryCase, gross: str, cost: str = "0", **named: object) -> RecoveryReceipt:
    with clock.frozen(a.after_waiting(case.claim)):
        row = recoveries.record(
            actor=actor("peng"), case_id=case.pk, received_on=clock.today(), gross=money(gross), cost=money(cost),
            reference=f"R-{case.receipts.count()}", **named,
        )  # fmt: skip
        return recoveries.split(actor=actor("yuan"), receipt_id=row.pk)


def book_balances() -> None:
    for total in Posting.objects.values("journal", "currency").annotate(sum=Sum("amount")):
        assert total["sum"] == 0, total
    assert balance(Account.RECOVERY_CLEARING, "USD") == 0


def test_r1_within_the_limit():  # (40,000 − 4,000) × 90 %
    row = recovered(a_case(), "40000", "4000")
    assert (row.net, row.insurer_share, row.insured_share) == (money("36000"), money("32400"), money("3600"))
    book_balances()


def test_r2_above_the_limit_with_the_receivable_assigned_to_a_bank():
    """180,000 of 300,000 = 60 %; 90,000 net: 54,000 insurer, 36,000 all to the bank that is owed 50,000."""
    case = a_case("300000")
    RecoveryCase.objects.filter(pk=case.pk).update(bank=organisation("minhai"), bank_outstanding=money("50000"))
    row = recovered(case, "100000", "10000")
    assert (row.insurer_share, row.insured_share, row.to_bank) == (money("54000"), money("36000"), money("36000"))
    assert balance(Account.DUE_TO_BANK, "USD") == money("-36000")
    with clock.frozen(a.after_waiting(case.claim)):
        recoveries.remit(actor=actor("yuan"), receipt_id=row.pk)
    assert balance(Account.DUE_TO_BANK, "USD") == 0
    book_balances()
    assert recovered(case, "50000").to_bank == money("14000")  # 50,000 − 36,000 is still owed, of 20,000


def test_r3_full_recovery():  # 94,000 × 90 % = 84,600
    case = a_case()
    row = recovered(case, "100000", "6000")
    assert (row.insurer_share, row.insured_share) == (money("84600"), money("9400"))
    case.refresh_from_db()
    assert case.state == RecoveryState.FULL
    book_balances()


def test_r4_insurer_first():
    row = recovered(a_case("300000", mode="INSURER_FIRST"), "100000", "10000")
    assert (row.insurer_share, row.insured_share) == (money("90000"), money("0"))
    book_balances()


def test_r5_money_paid_to_the_insured_directly_is_remitted_within_30_days():
    """20,000 × 90 % = 18,000 to remit."""
    case = a_case()
    row = recovered(case, "20000", received_by_insured=True)
    assert row.insurer_share == money("18000")
    assert balance(Account.DUE_TO_INSURED, "USD") == money("18000")  # the insured owes it to us
    deadline = Deadline.objects.of(row).get(kind="RECOVERY_REMIT")
    assert deadline.legal_due == a.after_waiting(case.claim) + timedelta(days=30)
    assert deadline.amount_at_risk == money("18000")
    with clock.frozen(a.after_waiting(case.claim) + timedelta(days=3)):
        recoveries.remit(actor=actor("yuan"), receipt_id=row.pk)
    deadline.refresh_from_db()
    assert deadline.state == DeadlineState.MET
    assert balance(Account.DUE_TO_INSURED, "USD") == 0
    book_balances()


def test_a_receipt_the_exporter_records_after_payout_becomes_a_share_to_remit():
    case = a_case()
    shipment = case.claim.lines.get().shipment
    with clock.frozen(a.after_waiting(case.claim) + timedelta(days=5)):
        a_receipt(shipment, 20_000)
    row = case.receipts.get()
    assert (row.received_by_insured, row.gross) == (True, money("20000"))


def test_the_insured_never_gets_more_than_the_debt():
    """REC-6: paid 90,000 of 100,000; after 95,000 the insured had 9,500, of the next 20,000 only 500 are left."""
    case = a_case()
    recovered(case, "95000")
    row = recovered(case, "20000")
    assert row.insured_share == money("500")
    assert row.insurer_share == money("19500")
    book_balances()


def test_costs_above_what_was_recovered_are_borne_by_the_insurer():
    row = recovered(a_case(), "1000", "4000")
    assert (row.net, row.insurer_share, row.insured_share) == (0, 0, 0)
    book_balances()


def test_an_instalment_plan_is_watched_and_met_by_money():
    case = a_case()
    day = a.after_waiting(case.claim)
    with clock.frozen(day):
        recoveries.assign_channel(actor=actor("peng"), case_id=case.pk, channel="Kanzlei Weber")
        plan = [(day + timedelta(days=30), money("5000")), (day + timedelta(days=60), money("5000"))]
        recoveries.plan_instalments(actor=actor("peng"), case_id=case.pk, plan=plan)
    recovered(case, "6000")
    states = [Deadline.objects.of(row).get().state for row in case.instalments.order_by("due_on")]
    assert states == [DeadlineState.MET, DeadlineState.OPEN]


def test_a_case_with_money_still_to_share_cannot_be_closed():
    case = a_case()
    recovered(case, "100")
    with clock.frozen(a.after_waiting(case.claim)):
        recoveries.write_off(actor=actor("peng"), case_id=case.pk, reason="Dissolved")
        with pytest.raises(DomainError, match="receipts_open"):
            recoveries.close(actor=actor("peng"), case_id=case.pk)
