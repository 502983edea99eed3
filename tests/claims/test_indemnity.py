"""IND-1 … IND-15: boundaries of each step, and what holds whatever the case. All amounts USD unless said."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.indemnity import Cover, LimitFrom, LossCase, ShipmentLoss, indemnity
from sinosure.core.money import Money

TINY = Decimal("1e-15")  # what 28 digits of the test cannot hold
NINETY, EIGHTY, CAP = Decimal("0.9"), Decimal("0.8"), Decimal("0.90")
SHIPPED, DUE = date(2025, 6, 16), date(2025, 8, 15)


def shipment(amount: str, number: int = 1, **facts) -> ShipmentLoss:
    values = {
        "id": f"S{number}",
        "shipped_on": SHIPPED + timedelta(days=number),
        "due_on": DUE + timedelta(days=number),
    }
    return ShipmentLoss(amount=Decimal(amount), **{**values, **facts})


def loss(*amounts: str, receipts: str = "0") -> LossCase:
    return LossCase([shipment(amount, number) for number, amount in enumerate(amounts, 1)], Decimal(receipts))


def cover(limit: str | None = None, ratio: Decimal = NINETY, **terms) -> Cover:
    limits = None if limit is None else [LimitFrom(date(2025, 1, 1), Decimal(limit))]
    return Cover(**{"insured_ratio": ratio, "hard_cap_ratio": CAP, "limits": limits, **terms})


def total(case: LossCase, contract: Cover) -> Decimal:
    return indemnity(case, contract).total


def test_indemnity_is_capped_by_the_limit_not_the_invoice():  # min(100,000, 80,000) × 90 % = 72,000
    assert total(loss("100000"), cover("80000")) == Decimal("72000")


def test_the_limit_caps_the_base_before_the_percentage():  # not 90 % of 100,000 capped at 80,000
    assert indemnity(loss("100000"), cover("80000")).claim_base == Decimal("80000")


@pytest.mark.parametrize(("limit", "base"), [("99999.99", "99999.99"), ("100000", "100000"), ("100000.01", "100000")])
def test_the_limit_just_below_at_and_above_the_loss(limit, base):
    assert indemnity(loss("100000"), cover(limit)).claim_base == Decimal(base)


@pytest.mark.parametrize(
    ("shipped_on", "base"), [(date(2025, 4, 30), "0"), (date(2025, 5, 1), "100000"), (date(2025, 5, 2), "100000")]
)
def test_a_limit_counts_from_its_first_day(shipped_on, base):
    limits = [LimitFrom(date(2025, 5, 1), Decimal("200000"))]
    case = LossCase([shipment("100000", shipped_on=shipped_on)])
    assert indemnity(case, cover(limits=limits)).claim_base == Decimal(base)


def test_two_limits_from_the_same_day_the_later_one_applies():
    limits = [LimitFrom(date(2025, 1, 1), Decimal("50000")), LimitFrom(date(2025, 1, 1), Decimal("70000"))]
    assert indemnity(loss("100000"), cover(limits=limits)).claim_base == Decimal("70000")


def test_an_empty_list_of_limits_is_no_limit_and_none_is_a_product_without():
    assert indemnity(loss("100000"), cover(limits=[])).claim_base == 0
    assert indemnity(loss("100000"), cover(limits=None)).claim_base == Decimal("100000")


def test_the_waterfall_runs_in_shipment_order_whatever_the_order_of_the_lines():
    early, late = shipment("60000", 1), shipment("60000", 2)  # limit 100,000: 60,000 then 40,000
    for shipments in ([early, late], [late, early]):
        lines = {line.id: line.covered for line in indemnity(LossCase(shipments), cover("100000")).lines}
        assert lines == {"S1": Decimal("60000"), "S2": Decimal("40000")}


def test_shipments_of_the_same_day_follow_their_ids():
    first, second = shipment("60000", 1, shipped_on=SHIPPED), shipment("60000", 2, shipped_on=SHIPPED)
    assert [line.id for line in indemnity(LossCase([second, first]), cover("100000")).lines] == ["S1", "S2"]


def test_each_limit_of_an_obligor_has_its_own_waterfall():  # OA limit 50,000 and DP limit 30,000 on one buyer
    oa = shipment("60000", 1, limit=Decimal("50000"), limit_key="OA")
    dp = shipment("60000", 2, limit=Decimal("30000"), limit_key="DP")
    assert indemnity(LossCase([oa, dp]), cover()).claim_base == Decimal("80000")


def test_receipts_go_to_the_oldest_due_date_even_of_an_ineligible_shipment():
    undeclared = shipment("40000", 1, eligible=False)
    case = LossCase([undeclared, shipment("100000", 2)], receipts=Decimal("50000"))
    result = indemnity(case, cover("200000"))  # 40,000 to S1, 10,000 to S2: loss 90,000
    assert result.assessed_loss == Decimal("90000")
    assert [line.received for line in result.lines] == [Decimal("40000"), Decimal("10000")]


def test_receipts_already_allocated_stay_where_they_were_put():
    case = LossCase([shipment("50000", 1), shipment("50000", 2, received=Decimal("20000"))])
    assert indemnity(case, cover("200000")).assessed_loss == Decimal("80000")


def test_receipts_above_all_receivables_leave_no_loss():
    assert total(loss("100000", receipts="150000"), cover("200000")) == 0


def test_charges_above_the_resale_do_not_increase_the_loss():  # net resale is never below 0
    case = LossCase([shipment("100000", resale_gross=Decimal("5000"), disposal_charges=Decimal("9000"))])
    assert indemnity(case, cover("200000")).assessed_loss == Decimal("100000")


def test_every_deduction_is_taken_off():  # 100,000 − 1,000 − 2,000 − (30,000 − 4,000) − 500 − 10,000 = 60,500
    case = LossCase([
        shipment(
            "100000", setoff=Decimal("1000"), reduction_unconsented=Decimal("2000"), resale_gross=Decimal("30000"),
            disposal_charges=Decimal("4000"), saved=Decimal("500"), security_realised=Decimal("10000"),
        )
    ])  # fmt: skip
    assert indemnity(case, cover("200000")).assessed_loss == Decimal("60500")


def test_an_overpaid_shipment_does_not_reduce_the_loss_on_another():
    case = LossCase([shipment("10000", 1, setoff=Decimal("50000")), shipment("20000", 2)])
    assert indemnity(case, cover("200000")).assessed_loss == Decimal("20000")


def test_each_shipment_is_converted_at_its_own_rate():  # 700,000 / 7.00 + 710,000 / 7.10 = 100,000 + 100,000
    case = LossCase([shipment("700000", 1, fx=Decimal("7.00")), shipment("710000", 2, fx=Decimal("7.10"))])
    assert indemnity(case, cover("500000")).assessed_loss == Decimal("200000")


def test_rounding_happens_once_at_the_end():  # two thirds of a cent each: 3 × 0.00666… × 1 = 0.02, not 3 × 0.01
    case = LossCase([shipment("0.02", n, fx=Decimal(3)) for n in (1, 2, 3)])
    assert total(case, Cover(insured_ratio=Decimal(1), hard_cap_ratio=Decimal(1))) == Decimal("0.02")


@pytest.mark.parametrize(("currency", "paid"), [("USD", "0.01"), ("JPY", "0"), ("KWD", "0.005")])
def test_the_total_is_rounded_to_the_minor_unit_of_the_policy(currency, paid):  # 0.0055 × 0.9 = 0.00495
    contract = cover(currency=currency, ratio=NINETY)
    assert total(LossCase([shipment("0.0056")]), contract) == Decimal(paid)  # 0.00504


@pytest.mark.parametrize(
    ("schedule", "slip", "used"), [("0.9", "1", "0.9"), ("0.9", "0.7", "0.7"), ("0.6", "0.7", "0.6")]
)
def test_the_lower_percentage_counts(schedule, slip, used):
    contract = cover("100000", Decimal(schedule), limit_ratio=Decimal(slip))
    assert indemnity(loss("100000"), contract).ratio == Decimal(used)


def test_a_schedule_above_the_hard_cap_is_capped_and_flagged():
    result = indemnity(loss("100000"), cover("100000", Decimal("0.95")))
    assert result.total == Decimal("90000")
    assert result.data_errors == ("above_hard_cap",)
    flagged = [step for step in result.steps if step.rule == "IND-7"]
    assert len(flagged) == 2
    assert indemnity(loss("100000"), cover("100000", NINETY)).data_errors == ()


def test_the_deductible_comes_after_the_percentage_unless_the_wording_says_before():
    contract = cover("100000", deductible=Decimal("5000"))
    assert total(loss("50000"), contract) == Decimal("40000")  # 45,000 − 5,000
    assert total(loss("50000"), replace(contract, deductible_before_ratio=True)) == Decimal("40500")  # 45,000 × 0.9


def test_a_deductible_above_the_indemnity_leaves_nothing():
    assert total(loss("1000"), cover("100000", deductible=Decimal("5000"))) == 0


def test_the_buyer_cap_counts_other_cases_of_the_year():
    contract = cover(ratio=EIGHTY, buyer_cap=Decimal("100000"), buyer_paid=Decimal("70000"))
    assert total(loss("100000"), contract) == Decimal("30000")
    assert total(loss("100000"), replace(contract, buyer_paid=Decimal("120000"))) == 0


def test_mitigation_costs_come_on_top_of_limit_and_buyer_cap_but_within_the_policy_maximum():
    contract = cover("50000", mitigation_approved=Decimal("8000"), buyer_cap=Decimal("40000"))
    assert total(loss("100000"), contract) == Decimal("47200")  # 40,000 + 7,200
    assert total(loss("100000"), replace(contract, policy_max=Decimal("45000"))) == Decimal("45000")


@pytest.mark.parametrize(
    ("interim", "now", "overpaid"), [("54000", "36000", "0"), ("90000", "0", "0"), ("90000.01", "0", "0.01")]
)
def test_interim_payments_are_taken_off_and_too_much_becomes_a_reclaim(interim, now, overpaid):
    result = indemnity(loss("100000"), cover("200000", interim_paid=Decimal(interim)))
    assert (result.total, result.payable_now, result.overpaid) == (Decimal("90000"), Decimal(now), Decimal(overpaid))


def test_each_line_shows_its_part_and_the_parts_add_up():  # 100.00 over three equal lines
    case = LossCase([shipment("37.04", n) for n in (1, 2, 3)])  # 111.12 × 0.9 = 100.008 → 100.01
    result = indemnity(case, cover("1000"))
    assert sum(line.indemnity for line in result.lines) == result.total == Decimal("100.01")
    assert abs(sum(line.share for line in result.lines) - 1) < TINY


def test_the_steps_are_amounts_of_the_policy_currency_in_the_order_of_the_rulebook():
    steps = indemnity(loss("100000"), cover("80000", currency="EUR", policy_max=Decimal("900000"))).steps
    rules = [step.rule for step in steps]
    assert rules == [f"IND-{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 14, 15)]
    assert steps[7].value == Money(Decimal("72000.00"), "EUR")


money = st.decimals(min_value=0, max_value=10**9, places=2)
ratio = st.decimals(min_value=0, max_value=1, places=4)
losses = st.builds(
    ShipmentLoss,
    id=st.uuids().map(str), amount=money, shipped_on=st.dates(date(2024, 1, 1), date(2026, 12, 31)),
    due_on=st.dates(date(2024, 1, 1), date(2027, 12, 31)), eligible=st.booleans(), setoff=money, resale_gross=money,
    disposal_charges=money, saved=money, fx=st.decimals(min_value="0.001", max_value=1000, places=3),
)  # fmt: skip
cases = st.builds(LossCase, shipments=st.lists(losses, max_size=8), receipts=money)
limit_lists = st.lists(
    st.builds(LimitFrom, valid_from=st.dates(date(2024, 1, 1), date(2026, 12, 31)), amount=money), max_size=4
)
covers = st.builds(
    Cover,
    insured_ratio=ratio, hard_cap_ratio=st.just(CAP), limits=st.none() | limit_lists, limit_ratio=ratio,
    reduction_ratio=ratio, deductible=money, buyer_cap=st.none() | money, buyer_paid=money, policy_max=st.none() | money,
    policy_paid=money, interim_paid=money, mitigation_approved=money,
)  # fmt: skip


@given(cases, covers)
def test_whatever_the_case_the_promises_hold(case, contract):
    result = indemnity(case, contract)
    highest = (
        max((limit.amount for limit in contract.limits), default=Decimal(0)) if contract.limits is not None else None
    )
    assert 0 <= result.claim_base <= result.assessed_loss
    assert result.ratio <= CAP
    assert 0 <= result.gross <= result.claim_base * result.ratio + TINY
    assert result.gross >= result.after_breach >= result.after_deductible >= result.after_buyer_cap >= 0
    assert highest is None or result.claim_base <= highest
    assert contract.policy_max is None or result.total <= max(Decimal(0), contract.policy_max - contract.policy_paid)
    assert result.total == result.total.quantize(Decimal("0.01")) >= result.payable_now >= 0
    assert result.payable_now - result.overpaid == result.total - contract.interim_paid
    assert sum((line.indemnity for line in result.lines), Decimal(0)) in (result.total, 0)


@given(cases, covers, money)
def test_more_limit_never_pays_less(case, contract, more):
    if contract.limits is None:
        return
    raised = replace(contract, limits=[LimitFrom(limit.valid_from, limit.amount + more) for limit in contract.limits])
    assert total(case, raised) >= total(case, contract)


@given(cases, covers, money)
def test_more_receipts_never_pay_more_without_a_limit(case, contract, more):
    contract = replace(contract, limits=None)
    assert total(replace(case, receipts=case.receipts + more), contract) <= total(case, contract)


@given(cases, covers, money)
def test_a_larger_deductible_never_pays_more(case, contract, more):
    assert total(case, replace(contract, deductible=contract.deductible + more)) <= total(case, contract)


@given(st.lists(money, min_size=1, max_size=6), money, ratio)
def test_with_one_unchanged_limit_the_base_is_the_lower_of_loss_and_limit(amounts, limit, insured):
    result = indemnity(loss(*map(str, amounts)), cover(str(limit), insured))
    assert result.claim_base == min(sum(amounts), limit)


def test_a_thousand_cases_take_two_seconds_at_most():
    case, contract = loss("100000", "50000", "70000", receipts="30000"), cover("120000", policy_max=Decimal("3000000"))
    started = time.perf_counter()
    for _ in range(1000):
        indemnity(case, contract)
    assert time.perf_counter() - started <= 2.0
