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


def test_an_impossible_date_is_refused():
    calculator = calculators(shipped_calendar())["deadline"]
    assert answer(calculator, {"id": "X", "rule": "PD30", "start": "2026-02-29"})["error"]["code"] == "bad_date"
    assert answer(calculator, {"id": "X", "rule": "PD31", "start": "2026-02-28"})["error"]["code"] == "unknown_rule"
