"""REC-2 … REC-6: who gets what of the money that comes back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.recovery import MODES, cost_before_payout, split

CENT = Decimal("0.01")
money = st.decimals(min_value=0, max_value=10**9, places=2)
debts = st.decimals(min_value="0.01", max_value=10**9, places=2)


def recovered(gross: str, cost: str = "0", **facts):
    values = {
        "debt": "100000",
        "indemnity_paid": "90000",
        **{key: value for key, value in facts.items() if key != "mode"},
    }
    amounts = {name: Decimal(value) for name, value in values.items()}
    return split(gross=Decimal(gross), cost=Decimal(cost), mode=facts.get("mode", "PRO_RATA"), **amounts)


def test_the_ratio_is_never_above_one():  # indemnity 120,000 on a debt of 100,000
    assert recovered("50000", indemnity_paid="120000").ratio == 1


def test_costs_above_the_recovery_leave_nothing_to_split():
    shares = recovered("3000", "5000")
    assert (shares.net, shares.insurer, shares.insured_side) == (0, 0, 0)
    assert (shares.cost_insurer, shares.cost_insured) == (Decimal("4500"), Decimal("500"))


def test_the_exact_ratio_is_used_and_six_decimals_are_shown():  # 150,000 / 195,714.29 × 55,000 = 42,153.28
    shares = recovered("60000", "5000", debt="195714.29", indemnity_paid="150000")
    assert shares.ratio == Decimal("0.766423")
    assert shares.insurer == Decimal("42153.28")


@pytest.mark.parametrize(
    ("owed", "to_bank", "to_insured"), [("0", "0", "4000"), ("1000", "1000", "3000"), ("9000", "4000", "0")]
)
def test_an_assignee_bank_comes_before_the_insured_up_to_what_it_is_owed(
    owed, to_bank, to_insured
):  # insured side 4,000
    shares = recovered("40000", bank_outstanding=owed)
    assert (shares.to_bank, shares.to_insured) == (Decimal(to_bank), Decimal(to_insured))


def test_insured_first_gives_the_insured_its_gap_before_the_insurer():  # gap 10,000 of 40,000
    assert recovered("40000", mode="INSURED_FIRST").insurer == Decimal("30000")
    assert recovered("8000", mode="INSURED_FIRST").insurer == 0


def test_insurer_first_gives_the_insurer_its_payment_before_the_insured():
    assert recovered("40000", mode="INSURER_FIRST").insured_side == 0
    assert recovered("95000", mode="INSURER_FIRST").insured_side == Decimal("5000")


def test_the_insured_never_gets_more_than_the_debt_in_all():  # gap 10,000, 9,000 had before; share 4,000 → 1,000
    shares = recovered("40000", insured_had="9000")
    assert (shares.insured_side, shares.excess, shares.insurer) == (Decimal("1000"), Decimal("3000"), Decimal("39000"))
    assert "REC-6" in [step.rule for step in shares.steps]
    assert recovered("40000", insured_had="6000").excess == 0  # exactly filled


def test_collection_costs_before_payout_follow_the_insured_percentage():  # 5,000 at 90 %
    assert cost_before_payout(Decimal("5000"), Decimal("0.9")) == (Decimal("4500"), Decimal("500"))


def test_yen_are_split_without_decimals():  # 2 / 3 of 100
    shares = split(debt=Decimal(3), indemnity_paid=Decimal(2), gross=Decimal(100), cost=Decimal(0), currency="JPY")
    assert (shares.insurer, shares.insured_side) == (Decimal(67), Decimal(33))


@given(debts, money, money, money, money, st.sampled_from(MODES), st.none() | money)
def test_shares_add_up_to_the_cent(debt, paid, gross, cost, owed, mode, had):
    shares = split(
        debt=debt, indemnity_paid=paid, gross=gross, cost=cost, bank_outstanding=owed, mode=mode, insured_had=had
    )
    assert shares.net == max(Decimal(0), gross - cost)
    assert shares.insurer + shares.insured_side == shares.net
    assert shares.to_bank + shares.to_insured == shares.insured_side
    assert shares.cost_insurer + shares.cost_insured == cost
    assert min(shares.insurer, shares.to_bank, shares.to_insured, shares.cost_insurer, shares.cost_insured) >= 0
    assert shares.to_bank <= owed
    assert had is None or shares.insured_side <= max(Decimal(0), debt - paid - had)


@given(debts, money, money, st.sampled_from(MODES), money)
def test_more_recovered_never_gives_anyone_less(debt, paid, gross, mode, more):
    less = split(debt=debt, indemnity_paid=paid, gross=gross, cost=Decimal(0), mode=mode)
    most = split(debt=debt, indemnity_paid=paid, gross=gross + more, cost=Decimal(0), mode=mode)
    assert most.insurer >= less.insurer
    assert most.insured_side >= less.insured_side - CENT  # half a cent of rounding on each side
