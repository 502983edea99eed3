"""The structured conditions of a decision (LIM-3): code, one value, and the sentence in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from sinosure.core.errors import DomainError

COMMERCIAL_EXCLUDED = "COMMERCIAL_EXCLUDED"

# code: the sentence; `%(value)s` where the condition needs a value
SENTENCES: dict[str, Any] = {
    "GUARANTEE": _("Guarantee by %(value)s"),
    "RETENTION_OF_TITLE": _("Retention of title agreed with the buyer"),
    "LC_CONFIRMATION": _("The L/C must be confirmed by a bank acceptable to the insurer"),
    "MAX_TENOR": _("Credit period of at most %(value)s days"),
    "LOWER_RATIO": _("Insured percentage lowered to %(value)s%%"),
    "SEASON_END": _("Seasonal limit, ends on %(value)s"),
    "NO_SHIPMENT_WHILE_OVERDUE": _("No shipment while an invoice is overdue by more than %(value)s days"),
    COMMERCIAL_EXCLUDED: _("Related party: political risks only, commercial risks are excluded"),
    "OTHER": _("%(value)s"),
}
CHOICES = {
    "GUARANTEE": _("Guarantee by …"),
    "RETENTION_OF_TITLE": _("Retention of title"),
    "LC_CONFIRMATION": _("Confirmation of the L/C"),
    "MAX_TENOR": _("Credit period of at most … days"),
    "LOWER_RATIO": _("Insured percentage lowered to … %%"),
    "SEASON_END": _("Seasonal limit, ends on …"),
    "NO_SHIPMENT_WHILE_OVERDUE": _("No shipment while overdue by more than … days"),
    COMMERCIAL_EXCLUDED: _("Related party: political risks only"),
    "OTHER": _("Another condition"),
}
WITHOUT_VALUE = frozenset({"RETENTION_OF_TITLE", "LC_CONFIRMATION", COMMERCIAL_EXCLUDED})


def checked(conditions: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Known codes with the value they need, each once. Raises `unknown_condition`, `condition_value`."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for condition in conditions:
        code, value = str(condition.get("code", "")), str(condition.get("value", "") or "").strip()[:200]
        if code not in SENTENCES:
            raise DomainError("unknown_condition", _("Choose one of the conditions offered."), field="conditions")
        if not value and code not in WITHOUT_VALUE:
            raise DomainError("condition_value", _("This condition needs its value."), field="conditions")
        found[code, value] = {"code": code, "value": "" if code in WITHOUT_VALUE else value}
    return list(found.values())


def in_words(conditions: Iterable[Mapping[str, Any]]) -> list[str]:
    """The conditions as sentences in the language that is active."""
    return [str(SENTENCES[c["code"]]) % {"value": c.get("value", "")} for c in conditions if c.get("code") in SENTENCES]
