"""The working of a figure: an ordered list of steps, each with the rule it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, gettext, override

from sinosure.core.money import Money


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the working. `label` is a lazy msgid, `inputs` name what went in by their English msgids."""

    rule: str
    label: Any
    value: Any
    inputs: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain strings in the language that is active now; an amount of money names its currency beside it."""
        shown: dict[str, Any] = {"rule": self.rule, "label": str(self.label), "value": plain(self.value)}
        if isinstance(self.value, Money):
            shown["currency"] = self.value.currency
        if self.inputs:
            language = get_language()
            shown["inputs"] = {_named(name, language): plain(value) for name, value in self.inputs.items()}
        return shown

    def as_stored(self) -> dict[str, Any]:
        """For a JSON column: English msgids, so that each reader sees the labels in their own language."""
        with override(None):
            inputs = {name: _kept(value) for name, value in self.inputs.items()}
            return {"rule": self.rule, "label": str(self.label), "value": _kept(self.value), "inputs": inputs}


@lru_cache(maxsize=4096)
def _named(msgid: str, language: str | None) -> str:
    """`gettext`, remembered: a file of cases names the same inputs a million times."""
    return gettext(msgid) if msgid else msgid


def plain(value: Any) -> str:
    """The value as a string for machines: 72000.00, 0.9, 2026-11-23."""
    if isinstance(value, Money):
        value = value.amount
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _kept(value: Any) -> Any:
    if isinstance(value, Money):
        return {"amount": f"{value.amount:f}", "currency": value.currency}
    return plain(value)
