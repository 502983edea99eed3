"""The working of a figure: an ordered list of steps, each with the rule it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Step:
    """One line of the working. `label` is a lazy msgid, `inputs` name what went in."""

    rule: str
    label: Any
    value: Any
    inputs: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain strings, for storage and for the API."""
        shown = {"rule": self.rule, "label": str(self.label), "value": str(self.value)}
        return {**shown, "inputs": {name: str(value) for name, value in self.inputs.items()}} if self.inputs else shown
