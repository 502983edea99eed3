"""Three shipments, two banks, one payment each: split by the covered loss, to the cent (FIN-1); recoveries by REC-4."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from claims import payment, recoveries
from claims.models import RecoveryReceipt
from declarations.models import Shipment
from financing.models import Loan
from financing.scopes import Given
from sinosure.core import clock
from tests.factories import claims as a
from tests.factories.declarations import a_shipment
from tests.factories.financing import a_contract, a_loan, an_active_agreement
from tests.factories.limits import a_limit
from tests.factories.people import actor, organisation
from tests.factories.policies import a_policy_in_force

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def three_shipments(**first: object) -> list[Shipment]:
    """33,333.33 and 33,333.33 of listed invoices to Minhai and Jiangwan, 33,333.34 assigned to nobody; one buyer, one loss."""
    with clock.frozen(DAY - timedelta(days=1)):
        limit = a_limit(a_policy_in_force(starts_on=date(2026, 1, 5)))
    with clock.frozen(DAY):
        amounts = ("33333.33", "33333.33", "33333.34")
        lines = [a_shipment(limit, amount=Decimal(amount), shipped_on=DAY) for amount in amounts]
        for bank, line in zip(("minhai", "jiangwan"), lines, strict=False):
            an_active_agreement(limit.policy, bank, given=Given(invoices=(line.invoice_no,)), **first)
    return lines


def test_three_shipments_two_banks_and_the_exporter_are_paid_by_covered_loss():
    """100,000.00 × 90 % = 90,000.00. Running totals 29,999.997, 59,999.994 and 90,000 are rounded to the cent: none is lost."""
    lines = three_shipments()
    claim = a.a_claim_to_pay(lines[0])
    with clock.frozen(a.after_waiting(claim)):
        parts = payment.prepare(actor=actor("yuan"), claim_id=claim.pk)
    paid = {row.payee.code: row.amount for row in parts}
    assert paid == {"minhai": Decimal("30000.00"), "jiangwan": Decimal("29999.99"), "haituo": Decimal("30000.01")}
    assert sum(paid.values()) == claim.opinions.get().amount == Decimal(90_000)
    assert {row.agreement.bank.code for row in parts if row.agreement} == {"minhai", "jiangwan"}


def test_r2_through_an_assigned_receivable_the_insured_side_goes_to_the_bank():
    """R2: debt 300,000, limit 200,000 × 90 % = 180,000 paid; 100,000 less 10,000 recovered × 60 % = 54,000; 36,000.00 to the bank.

    The loan of 180,000 was repaid but for 50,000.
    """
    with clock.frozen(DAY):
        policy = a_policy_in_force(starts_on=date(2026, 1, 5))
        limit = a_limit(policy)
        agreement = an_active_agreement(policy, kind="RECEIVABLE", contract=False)
        a_contract(agreement)
        shipment = a_shipment(limit, amount=Decimal(300_000), shipped_on=DAY)
        loan = a_loan(shipment, 180_000)
    Loan.objects.filter(pk=loan.pk).update(repaid=Decimal(130_000), state="PARTLY_REPAID")
    claim = a.a_paid_claim(shipment)
    with clock.frozen(a.after_waiting(claim)):
        case = recoveries.open_case(actor=actor("peng"), claim_id=claim.pk)
        assert (case.bank, case.bank_outstanding) == (organisation("minhai"), Decimal(50_000))
        row = recoveries.record(
            actor=actor("peng"), case_id=case.pk, received_on=clock.today(), gross=Decimal(100_000), cost=Decimal(10_000),
            reference="R-1",
        )  # fmt: skip
        recoveries.split(actor=actor("yuan"), receipt_id=row.pk)
    row = RecoveryReceipt.objects.get(pk=row.pk)
    assert (row.insurer_share, row.insured_share, row.to_bank) == (Decimal(54_000), Decimal(36_000), Decimal(36_000))
