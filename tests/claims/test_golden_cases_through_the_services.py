"""The rulebook's cases of §6.5 with real shipments, limits, receipts and notices: the worksheet finds the same figures.

Each case ends at the saved worksheet; what is paid on it, and that the book balances, is tested in the journeys.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from claims import filing, handling
from claims.models import Claim, Worksheet
from claims.worksheet import CostEntry, Entries, LineEntry
from declarations import services as declarations
from declarations.models import Shipment
from limits import services as limits
from limits.models import CreditLimit
from policies.models import LiabilityCounter
from sinosure.core import clock
from tests.factories import claims as a
from tests.factories.declarations import a_line, a_receipt, a_shipment
from tests.factories.limits import a_limit
from tests.factories.people import actor
from tests.factories.policies import a_policy_in_force, an_sme_policy_in_force

pytestmark = pytest.mark.django_db
POLICY_FROM = date(2025, 1, 1)


def money(text: str) -> Decimal:
    return Decimal(text)


def a_case_limit(amount: str, decision: dict[str, Any] | None = None, **schedule: Any) -> CreditLimit:
    """A limit in force from the first day of the policy; `schedule` sets what differs from 90 % and 3 m."""
    named = {"max_liability": 3_000_000, **schedule}
    return a_limit(a_policy_in_force(starts_on=POLICY_FROM, **named), amount=amount, credit_days=120, decision=decision)


def shipped(limit: CreditLimit, amount: str, on: date, due: date, **changes: Any) -> Shipment:
    with clock.frozen(on):
        return a_shipment(
            limit, amount=money(amount), shipped_on=on, credit_days=(due - on).days, due_on=due, **changes
        )


def sheet_of(shipment: Shipment, entries: Entries | None = None, **notice: Any) -> Worksheet:
    """Notified, claimed, accepted, adjusted: the saved worksheet."""
    claim = a.an_adjusted_claim(shipment, sheet=entries, **notice)
    return claim.worksheets.latest("version")


def figures(sheet: Worksheet) -> tuple[Decimal, Decimal, Decimal]:
    return sheet.assessed_loss, sheet.claim_base, sheet.indemnity_total


def test_g01_one_invoice_within_the_limit():  # min(100,000, 200,000) × 90 % = 90,000
    s1 = shipped(a_case_limit("200000"), "100000", date(2025, 6, 16), date(2025, 8, 15))
    assert figures(sheet_of(s1)) == (money("100000"), money("100000"), money("90000"))


def test_g02_the_limit_caps_the_base_not_the_indemnity():  # min(300,000, 200,000) × 90 % = 180,000
    limit = a_case_limit("200000")
    shipped(limit, "150000", date(2025, 6, 1), date(2025, 8, 30))
    s2 = shipped(limit, "150000", date(2025, 6, 20), date(2025, 9, 18))
    assert figures(sheet_of(s2)) == (money("300000"), money("200000"), money("180000"))


def test_g03_a_part_payment_goes_to_the_oldest_invoice_first_declared_or_not():
    """70,000 → S1 40,000 (not declared), S2 30,000; loss 70,000 + 60,000 = 130,000; base 120,000; × 90 % = 108,000."""
    limit = a_case_limit("120000")
    with clock.frozen(date(2025, 1, 2)):
        line = a_line(
            limit, amount=money("40000"), shipped_on=date(2025, 1, 1), due_on=date(2025, 3, 1), credit_days=59
        )
        declarations.register_receivable(actor=actor("chen"), policy_id=limit.policy_id, line=line)
    shipped(limit, "100000", date(2025, 2, 1), date(2025, 4, 1))
    s3 = shipped(limit, "60000", date(2025, 3, 1), date(2025, 5, 1))
    with clock.frozen(date(2025, 5, 6)):
        a_receipt(s3, money("70000"))
    sheet = sheet_of(s3)
    received = {line["amount"]: Decimal(line["received"]) for line in sheet.result["lines"]}
    assert [Decimal(line["received"]) for line in sheet.result["lines"]] == [money("40000"), money("30000"), 0], (
        received
    )
    assert figures(sheet) == (money("130000"), money("120000"), money("108000"))


def test_g04_rejected_goods_resold():  # 250,000 − (180,000 − 12,000) − 3,000 = 79,000; × 80 % = 63,200
    s1 = shipped(a_case_limit("300000"), "250000", date(2025, 3, 1), date(2025, 5, 30))
    entry = LineEntry(s1.pk, resale_gross=money("180000"), disposal_charges=money("12000"), saved=money("3000"))
    sheet = sheet_of(s1, Entries((entry,)), risk="BUYER_REJECTION", known_on=s1.due_on, days_after=3)
    assert figures(sheet) == (money("79000"), money("79000"), money("63200"))


def test_g05_the_handbooks_ukraine_case():  # 3.2 m − (2.48 m − 113,333.33) = 833,333.33; × 90 % = 750,000
    limit = a_case_limit("3500000", max_liability=10_000_000)
    s1 = shipped(limit, "3200000", date(2025, 1, 20), date(2025, 4, 20))
    entry = LineEntry(s1.pk, resale_gross=money("2480000"), disposal_charges=money("113333.33"))
    sheet = sheet_of(
        s1, Entries((entry,)), risk="POL_WAR", occurred_on=date(2025, 4, 1), known_on=date(2025, 4, 21), days_after=2
    )
    assert figures(sheet) == (money("833333.33"), money("833333.33"), money("750000"))


def test_g08_a_notice_23_days_late_costs_ten_percent_when_confirmed():
    """Due 15 Aug 2025, last valid day 15 Sep, filed 8 Oct: 23 days late → 10 % proposed; 90,000 × 0.9 = 81,000."""
    s1 = shipped(a_case_limit("200000"), "100000", date(2025, 6, 16), date(2025, 8, 15))
    confirmed = Entries(breach="CONFIRM", breach_reason="Nothing excuses the delay.")
    claim = a.an_adjusted_claim(s1, sheet=confirmed, days_after=54)
    assert claim.notice.days_late == 23
    assert claim.worksheets.latest("version").indemnity_total == money("81000")
    with clock.frozen(a.after_waiting(claim)):
        waived = a.adjusted(claim, Entries(breach="WAIVE", breach_reason="The buyer's fraud hid the default."))
        open_still = a.adjusted(claim)
    assert waived.indemnity_total == money("90000")
    assert open_still.inputs["breach_open"] is True


def test_g09_a_cut_does_not_touch_what_was_shipped_before():
    """S1 150,000 under 200,000; cut to 100,000 from 1 May; S2 80,000: max(0, 100,000 − 150,000) = 0; × 90 % = 135,000."""
    limit = a_case_limit("200000")
    shipped(limit, "150000", date(2025, 4, 1), date(2025, 6, 30))
    with clock.frozen(date(2025, 4, 30)):
        limits.reduce(
            actor=actor("zhou"), limit_id=limit.pk, amount=money("100000"), reason="BUYER_ADVERSE", comment="Accounts"
        )
    s2 = shipped(limit, "80000", date(2025, 5, 15), date(2025, 8, 13))
    sheet = sheet_of(s2)
    assert figures(sheet) == (money("230000"), money("150000"), money("135000"))


def test_g13_the_deductible_comes_after_the_percentage():  # 50,000 × 90 % − 5,000 = 40,000
    limit = a_case_limit("200000", deductible=Decimal(5_000))
    s1 = shipped(limit, "50000", date(2025, 3, 1), date(2025, 5, 30))
    assert figures(sheet_of(s1)) == (money("50000"), money("50000"), money("40000"))


@pytest.mark.parametrize(("consented", "total"), [(True, "27000"), (False, "9000")])
def test_g14_a_price_reduction_counts_against_the_insured_only_without_consent(consented, total):
    """120,000 − 90,000 paid; 20,000 off: with consent loss 30,000 → 27,000; without 10,000 → 9,000."""
    s1 = shipped(a_case_limit("200000"), "120000", date(2025, 3, 1), date(2025, 5, 30))
    with clock.frozen(date(2025, 6, 2)):
        a_receipt(s1, money("90000"))
    s1.refresh_from_db()
    entry = LineEntry(s1.pk, reduction_unconsented=Decimal(0) if consented else money("20000"))
    assert sheet_of(s1, Entries((entry,))).indemnity_total == money(total)


def with_legal_costs(maximum: int) -> Worksheet:
    """Loss 100,000, limit 90,000, legal costs of 8,000 with written consent."""
    limit = a_case_limit("90000", max_liability=maximum)
    claim = a.a_claim_in_adjustment(shipped(limit, "100000", date(2025, 3, 1), date(2025, 5, 30)))
    with clock.frozen(a.after_waiting(claim)):
        number = a_consent(claim, "8000")
        return a.adjusted(claim, Entries(costs=(CostEntry(number, money("8000")),)))


def a_consent(claim: Claim, amount: str) -> str:
    """The written consent of the insurer to a cost, as it stands on an instruction."""
    task = claim.notice.tasks.create(
        policyholder_id=claim.policyholder_id, number=9, instruction="Sue in Hamburg.", due_on=clock.today(),
        cost_estimate=money(amount), consented=True, consent_no="MC-2025-00001", assigned_at=clock.now(), state="DONE",
    )  # fmt: skip
    return task.consent_no


def test_g15a_mitigation_costs_come_on_top_of_the_limit():  # 90,000 × 90 % + 8,000 × 90 % = 88,200
    sheet = with_legal_costs(3_000_000)
    assert sheet.indemnity_total == money("88200")
    assert sheet.mitigation_share == money("7200")


def test_g15b_the_policy_maximum_has_the_last_word():  # min(88,200, 85,000)
    assert with_legal_costs(85_000).indemnity_total == money("85000")


def test_g15_costs_without_consent_are_refused():
    claim = a.a_claim_in_adjustment()
    with clock.frozen(a.after_waiting(claim)), pytest.raises(Exception, match="no_consent"):
        a.adjusted(claim, Entries(costs=(CostEntry("MC-INVENTED", money("2000")),)))


def test_g17_what_a_guarantor_paid_is_taken_off():  # (100,000 − 15,000) × 90 % = 76,500
    s1 = shipped(a_case_limit("200000"), "100000", date(2025, 3, 1), date(2025, 5, 30))
    sheet = sheet_of(s1, Entries((LineEntry(s1.pk, security_realised=money("15000")),)))
    assert figures(sheet) == (money("85000"), money("85000"), money("76500"))


def test_g18_an_sme_claim_without_a_notice_is_capped_by_the_limit():
    """SME: loss 80,000, limit 50,000, 80 %: 40,000; of the maximum of 500,000 there were 300,000 paid before."""
    policy = an_sme_policy_in_force(POLICY_FROM)
    LiabilityCounter.objects.filter(policy=policy).update(paid_total=money("300000"))
    limit = a_limit(policy, amount="50000", credit_days=120)
    s1 = shipped(limit, "80000", date(2025, 3, 1), date(2025, 5, 30))
    with clock.frozen(date(2025, 6, 10)):
        claim = filing.start_without_notice(actor=actor("chen"), policy_id=policy.pk, obligor_id=s1.obligor_id)
        a.provide_all(claim)
        filing.file(actor=actor("chen"), claim_id=claim.pk)
        handling.check(actor=actor("he"), claim_id=claim.pk)
        handling.accept(actor=actor("he"), claim_id=claim.pk)
    claim.refresh_from_db()
    with clock.frozen(a.after_waiting(claim)):
        handling.investigate(actor=actor("he"), claim_id=claim.pk)
        handling.adjust(actor=actor("he"), claim_id=claim.pk)
        sheet = a.adjusted(claim)
    assert claim.notice is None
    assert figures(sheet) == (money("80000"), money("50000"), money("40000"))


def test_g21_the_lower_percentage_of_the_limit_decision_applies():  # 100,000 × 70 %
    limit = a_case_limit("100000", decision={"insured_ratio": Decimal("0.70")})
    s1 = shipped(limit, "100000", date(2025, 3, 1), date(2025, 5, 30))
    sheet = sheet_of(s1)
    assert sheet.insured_ratio == Decimal("0.70")
    assert sheet.indemnity_total == money("70000")


def test_a_saved_worksheet_keeps_every_step_in_the_order_of_the_rulebook():
    sheet = a.an_adjusted_claim().worksheets.latest("version")
    rules = [step["rule"] for step in sheet.result["steps"]]
    assert rules == ["IND-1", "IND-2", "IND-3", "IND-4", "IND-5", "IND-6", "IND-7", "IND-8", "IND-9", "IND-10", "IND-14",
                     "IND-15"]  # fmt: skip


def test_an_ineligible_line_needs_a_reason_and_a_fact_cannot_be_overruled():
    claim = a.a_claim_in_adjustment()
    pk = claim.lines.get().shipment_id
    with clock.frozen(a.after_waiting(claim)):
        with pytest.raises(Exception, match="reason_required"):
            a.adjusted(claim, Entries((LineEntry(pk, eligible=False, reason="EXCLUSION"),)))
        a.adjusted(claim, Entries((LineEntry(pk, eligible=False, reason="EXCLUSION", note="Proved by the court."),)))
    line = claim.lines.get()
    assert (line.eligible, line.ineligible_reason) == (False, "EXCLUSION Proved by the court.")
    Shipment.objects.filter(pk=pk).update(state="REGISTERED")
    with clock.frozen(a.after_waiting(claim)), pytest.raises(Exception, match="not_eligible"):
        a.adjusted(claim, Entries((LineEntry(pk, eligible=True, note="I insist."),)))


def test_invoices_in_another_currency_count_at_the_rate_of_their_declaration():
    """EUR 90,000 declared at 0.9 EUR per USD = USD 100,000; × 90 % = 90,000."""
    limit = a_case_limit("200000")
    s1 = shipped(limit, "90000", date(2025, 6, 16), date(2025, 8, 15))
    Shipment.objects.filter(pk=s1.pk).update(currency="EUR", fx=Decimal("0.9"), policy_amount=money("100000"))
    s1.refresh_from_db()
    assert figures(sheet_of(s1)) == (money("100000"), money("100000"), money("90000"))


def test_waiting_is_over_after_120_days_not_before():
    claim = a.an_accepted_claim()
    day = claim.occurred_on + timedelta(days=120)
    assert [handling.waiting_is_over(claim, day + timedelta(days=n)) for n in (-1, 0, 1)] == [False, True, True]
