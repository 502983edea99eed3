"""The rule of the credit light (CI-1), pure: facts in, colour and reasons out. Red before yellow before green.

An obligor of which nothing is known is not green: it is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from credit_info.models import FactKind, Light
from sinosure.core.steps import Step

RULES: dict[str, Light] = {
    FactKind.FRAUD_CONFIRMED: Light.RED,
    FactKind.FRAUD_SUSPECTED_MAJOR: Light.RED,
    FactKind.SERIOUS_DEFAULT_RECORD: Light.RED,
    FactKind.BANKRUPT: Light.RED,
    FactKind.CLOSED: Light.RED,
    FactKind.JUDGED_RED: Light.RED,
    FactKind.DEFAULT_RECORD: Light.YELLOW,
    FactKind.OPERATING_PROBLEM: Light.YELLOW,
    FactKind.DISCLOSURE_INCOMPLETE: Light.YELLOW,
    FactKind.JUDGED_YELLOW: Light.YELLOW,
    FactKind.IN_ORDER: Light.GREEN,
    FactKind.JUDGED_GREEN: Light.GREEN,
}
ORDER = (Light.RED, Light.YELLOW, Light.GREEN)
MEANING: dict[str, Any] = {
    Light.RED: _("Prudent trading: fraud committed or seriously suspected, a serious record of dishonesty, bankrupt or closed."),
    Light.YELLOW: _("Cautious, steady trading: past dishonesty, operating problems or incomplete disclosure."),
    Light.GREEN: _("Normal trading: no obvious negative information yet."),
    Light.UNKNOWN: _("Not found: nothing is known of this company. That does not mean it is safe."),
}  # fmt: skip


class Known(Protocol):
    """What the rule reads of a fact."""

    kind: str
    on: date
    ends_on: date | None


@dataclass(frozen=True)
class Judgement:
    """The light with the kinds of facts that made it, the day of the newest fact, and the working."""

    light: Light
    reasons: tuple[str, ...]
    as_of: date | None
    steps: tuple[Step, ...]


def judge(facts: Iterable[Known], on: date) -> Judgement:
    """The light as of a day: facts that began by then and had not ended."""
    standing = [fact for fact in facts if fact.on <= on and (fact.ends_on is None or fact.ends_on > on)]
    light = next((colour for colour in ORDER if any(RULES[fact.kind] == colour for fact in standing)), Light.UNKNOWN)
    reasons = tuple(dict.fromkeys(fact.kind for fact in standing if RULES[fact.kind] == light))
    steps = [Step("CI-1", FactKind(fact.kind).label, RULES[fact.kind].label, {"From": fact.on}) for fact in standing]
    steps.append(Step("CI-1", _("The gravest of these decides"), light.label))
    return Judgement(light, reasons, max((fact.on for fact in standing), default=None), tuple(steps))
