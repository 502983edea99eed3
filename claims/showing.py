"""How the working of a claim is shown: percentages as percentages; money, labels and names show themselves."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from claims.indemnity import HARD_CAP, LIMIT_DECISION, PERCENTAGE, REDUCTION, SCHEDULE
from claims.recovery import RATIO
from sinosure.core.steps import Step
from sinosure.ui import show

RATIO_INPUTS = {SCHEDULE, LIMIT_DECISION, HARD_CAP, PERCENTAGE, REDUCTION, RATIO}
RATIO_RULES = {"IND-7", "REC-2"}


def steps_shown(steps: Iterable[Step | dict[str, Any]]) -> list[Step]:
    """Steps of a calculation, or of a stored worksheet, with fractions as percentages."""
    return [_shown(step) for step in steps]


def _shown(step: Step | dict[str, Any]) -> Step:
    rule, label, value, inputs = (
        (step.rule, step.label, step.value, step.inputs)
        if isinstance(step, Step)
        else (step["rule"], step["label"], step["value"], step.get("inputs", {}))
    )
    shown = {name: _percentage(thing) if name in RATIO_INPUTS else thing for name, thing in inputs.items()}
    return Step(rule, label, _percentage(value) if rule in RATIO_RULES else value, shown)


def _percentage(thing: Any) -> Any:
    return show.ratio(Decimal(str(thing))) if isinstance(thing, Decimal | str) and thing != "" else thing
