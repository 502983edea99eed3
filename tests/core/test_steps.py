"""A step of a working as a reader, a machine and a column see it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from sinosure.core.money import Money
from sinosure.core.steps import Step

STEP = Step(
    "LN-3",
    _("Working day"),
    Money(Decimal("72000.00"), "USD"),
    {"Weekend": date(2026, 11, 22), "Ratio 1": Decimal("0.90")},
)


def test_machines_get_plain_strings_in_the_language_of_the_reader():
    with override("en"):
        assert STEP.as_json() == {
            "rule": "LN-3", "label": "Working day", "value": "72000.00", "currency": "USD",
            "inputs": {"Weekend": "2026-11-22", "Ratio 1": "0.90"},
        }  # fmt: skip
    with override("zh-hans"):
        assert STEP.as_json()["label"] == "工作日"
        assert "周末" in STEP.as_json()["inputs"]


def test_what_is_stored_is_in_english_whoever_saves_it():
    with override("zh-hans"):
        stored = STEP.as_stored()
    assert stored["label"] == "Working day"
    assert stored["value"] == {"amount": "72000.00", "currency": "USD"}
    assert stored["inputs"] == {"Weekend": "2026-11-22", "Ratio 1": "0.90"}


def test_a_step_without_inputs_has_none_in_its_json():
    assert "inputs" not in Step("IND-5", "Assessed loss", Decimal(1)).as_json()


def test_a_large_number_has_no_exponent():
    assert Step("X", "x", Decimal("1E+6")).as_json()["value"] == "1000000"
