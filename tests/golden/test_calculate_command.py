"""`manage.py calculate`: a list in, a list out, in the same order, one wrong case alone; without a database."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

CASES = json.loads((Path(__file__).parent / "cases.json").read_text(encoding="utf-8"))


def calculate(kind: str, text: str, tmp_path: Path, **options) -> tuple[list[dict], int]:
    """What is printed and the exit status."""
    file, out = tmp_path / "cases.json", io.StringIO()
    file.write_text(text, encoding="utf-8")
    try:
        call_command("calculate", kind, str(file), stdout=out, **options)
        status = 0
    except SystemExit as stop:
        status = int(stop.code or 0)
    return json.loads(out.getvalue()), status


@pytest.mark.parametrize("kind", ["indemnity", "recovery", "premium", "deadline"])
def test_the_golden_cases_come_back_in_order_without_a_database(kind, tmp_path):
    results, status = calculate(kind, json.dumps(CASES[kind]), tmp_path)
    assert [result["id"] for result in results] == [case["id"] for case in CASES[kind]]
    assert status == 0


def test_a_wrong_case_fails_alone_and_sets_the_exit_status(tmp_path):
    good = CASES["premium"][0]
    results, status = calculate("premium", json.dumps([good, {**good, "id": "X", "amount": "NaN"}, good]), tmp_path)
    assert results[0]["premium"] == results[2]["premium"] == "480.00"
    assert results[1] == {"id": "X", "error": results[1]["error"]}
    assert results[1]["error"]["code"] == "bad_number"
    assert status == 1


@pytest.mark.parametrize(
    ("case", "code", "field"),
    [
        ('{"id": "X", "rule": "PD30", "start": NaN}', "bad_date", "start"),
        ('{"id": "X", "rule": "PD30", "start": 20260101}', "bad_date", "start"),
        ('{"id": "X", "rule": "PD30", "start": "2026-01-01", "rule": "WD10"}', "unknown_key", ""),
        ('{"id": "X", "rule": ["PD30"], "start": "2026-01-01"}', "unknown_rule", "rule"),
        ("5", "missing_key", ""),
        ("null", "missing_key", ""),
    ],
)
def test_odd_json_is_an_error_of_its_case(case, code, field, tmp_path):
    results, status = calculate("deadline", f"[{case}]", tmp_path)
    assert (results[0]["error"]["code"], results[0]["error"]["field"], status) == (code, field, 1)


@pytest.mark.parametrize("text", ["", "{", "{}", "[" * 100_000, "[1] [2]"])
def test_what_is_no_list_of_cases_is_refused_as_a_whole(text, tmp_path):
    with pytest.raises(CommandError):
        calculate("premium", text, tmp_path)


def test_a_missing_file_is_named():
    with pytest.raises(CommandError, match="nowhere"):
        call_command("calculate", "premium", "nowhere.json")


def test_labels_and_errors_come_in_chinese_on_request(tmp_path):
    results, _status = calculate("premium", json.dumps([CASES["premium"][0], {}]), tmp_path, language="zh-hans")
    assert results[0]["steps"][-1]["label"] == "保险费：申报金额 × 费率"
    assert results[1]["error"]["message"] == "缺少这个键。"
