"""Every worked case of the rulebook's four calculators, through the same reader as the command and the API."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sinosure.portal.calculators import answer, calculators
from sinosure.reference.seed.calendar import shipped_calendar

CASES = json.loads((Path(__file__).parent / "cases.json").read_text(encoding="utf-8"))
KINDS = ["indemnity", "recovery", "premium", "deadline"]
ALL = [pytest.param(kind, case, id=f"{kind}-{case['id']}") for kind in KINDS for case in CASES[kind]]


@pytest.mark.parametrize(("kind", "case"), ALL)
def test_the_result_carries_every_expected_figure(kind, case):
    result = answer(calculators(shipped_calendar())[kind], case)
    assert {key: result.get(key) for key in case["expected"]} == case["expected"]


@pytest.mark.parametrize("case", CASES["indemnity"], ids=lambda case: case["id"])
def test_the_steps_come_in_the_order_of_the_rulebook(case):
    steps = answer(calculators(shipped_calendar())["indemnity"], case)["steps"]
    numbers = [int(step["rule"].removeprefix("IND-")) for step in steps]
    assert numbers == sorted(numbers)
    assert numbers[0] == 1
    assert numbers[-1] == 15


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"colour": "red"}, "unknown_key", "colour"),
        ({"pct": None}, "missing_key", "pct"),
        ({"pct": "NaN"}, "bad_number", "pct"),
        ({"pct": "1.01"}, "out_of_range", "pct"),
        ({"deductible": "-1"}, "out_of_range", "deductible"),
        ({"deductible": 0.5}, "bad_number", "deductible"),
        ({"deductible": 5000}, "bad_number", "deductible"),
        ({"deductible": "1e3"}, "bad_number", "deductible"),
        ({"deductible": "1,000"}, "bad_number", "deductible"),
        ({"deductible": "１０００"}, "bad_number", "deductible"),
        ({"deductible": "Infinity"}, "bad_number", "deductible"),
        ({"deductible": True}, "bad_number", "deductible"),
        ({"policy_max": "1000000000000000.01"}, "out_of_range", "policy_max"),
        ({"fx": "0"}, "out_of_range", "fx"),
        ({"pct": "-0.1"}, "out_of_range", "pct"),
        ({"reduction": "1.0001"}, "out_of_range", "reduction"),
        ({"limits": [["2025-02-30", "1000"]]}, "bad_date", "limits[0]"),
        ({"limits": [["2025-01-01"]]}, "bad_number", "limits"),
        ({"shipments": "S1"}, "missing_key", "shipments"),
        ({"shipments": ["S1"]}, "missing_key", "shipments[0]"),
        ({"shipments": [{"id": "S1", "amount": "1", "ship": "2025-01-01"}]}, "missing_key", "shipments[0].due"),
        (
            {"shipments": [{"id": "S1", "amount": "1", "ship": "2025-02-29", "due": "2025-03-01"}]},
            "bad_date",
            "shipments[0].ship",
        ),
        (
            {"shipments": [{"id": "S1", "amount": "1", "ship": "2025-01-01", "due": "2025-03-01", "x": 1}]},
            "unknown_key",
            "shipments[0].x",
        ),
        (
            {"shipments": [{"id": "S1", "amount": "-1", "ship": "2025-01-01", "due": "2025-03-01"}]},
            "out_of_range",
            "shipments[0].amount",
        ),
        ({"product": "MARINE"}, "unknown_product", "product"),
        ({"shipments": []}, "missing_key", "shipments"),
    ],
)
def test_a_wrong_case_names_its_field_and_leaves_the_others_alone(change, code, field):
    calculator = calculators(shipped_calendar())["indemnity"]
    good = CASES["indemnity"][0]
    results = [answer(calculator, {**good, **change}), answer(calculator, good)]
    assert (results[0]["error"]["code"], results[0]["error"]["field"]) == (code, field)
    assert results[1]["payable_now"] == "90000.00"


def test_keys_of_the_working_appear_only_when_the_input_uses_them():
    calculator = calculators(shipped_calendar())["indemnity"]
    optional = {"plus_unshipped_orders", "after_buyer_cap", "plus_mitigation_share", "after_policy_max"}
    bare = {key: value for key, value in CASES["indemnity"][0].items() if key != "policy_max"}
    assert not optional & set(answer(calculator, bare))
    assert optional <= set(answer(calculator, {**bare, **USES_ALL}))


USES_ALL = {
    "unshipped_orders": "1000", "unshipped_pct": "0.2", "buyer_cap": "50000", "mitigation_approved": "10", "policy_max": "60000",
}  # fmt: skip


def test_null_is_as_good_as_absent():
    calculator = calculators(shipped_calendar())["indemnity"]
    good = CASES["indemnity"][0]
    absent = {**good, "fx": None, "limit_pct": None, "buyer_cap": None, "receipts": None}
    assert answer(calculator, absent) == answer(calculator, good)


def test_a_schedule_above_the_hard_cap_is_told_as_a_data_error():
    result = answer(
        calculators(shipped_calendar())["indemnity"], next(c for c in CASES["indemnity"] if c["id"] == "G22")
    )
    assert result["data_errors"] == ["above_hard_cap"]


@pytest.mark.parametrize("product", ["COMPREHENSIVE", "SME", "MICRO", "BANK"])
def test_no_product_but_forfaiting_pays_more_than_ninety_percent(product):
    calculator = calculators(shipped_calendar())["indemnity"]
    case = {**CASES["indemnity"][0], "pct": "1"}
    assert answer(calculator, {**case, "product": product})["payable_now"] == "90000.00"
    assert answer(calculator, {**case, "product": "FORFAITING"})["payable_now"] == "100000.00"


@pytest.mark.parametrize("kind", ["recovery", "premium", "deadline"])
def test_every_key_of_a_case_is_required(kind):
    calculator = calculators(shipped_calendar())[kind]
    good = CASES[kind][0]
    for key in set(good) - {"id", "title", "why", "expected"}:
        error = answer(calculator, {name: value for name, value in good.items() if name != key})["error"]
        assert (error["code"], error["field"]) == ("missing_key", key)


def test_an_unknown_mode_of_sharing_is_refused():
    error = answer(calculators(shipped_calendar())["recovery"], {**CASES["recovery"][0], "mode": "HALVES"})["error"]
    assert (error["code"], error["field"]) == ("out_of_range", "mode")


def test_very_long_decimals_are_worked_out_exactly():  # 1,000,000 × 0.09 % × 8/9 = 800.00
    case = {**CASES["premium"][0], "amount": "1000000", "base_rate_pct": "0.09", "pct_factor": "0." + "8" * 35}
    assert answer(calculators(shipped_calendar())["premium"], case)["premium"] == "800.00"


def test_the_days_of_a_window_are_listed_and_explained():
    result = answer(calculators(shipped_calendar())["deadline"], CASES["deadline"][5])  # T6
    assert sum(day["counts"] for day in result["days"]) == 10
    assert result["days"][-1]["date"] == result["legal_due"]
    assert all(day["why"] for day in result["days"])


def test_an_impossible_date_is_refused():
    calculator = calculators(shipped_calendar())["deadline"]
    assert answer(calculator, {"id": "X", "rule": "PD30", "start": "2026-02-29"})["error"]["code"] == "bad_date"
    assert answer(calculator, {"id": "X", "rule": "PD31", "start": "2026-02-28"})["error"]["code"] == "unknown_rule"
