"""The tone of a state: read from the TonedChoices of its column, so that value, label and colour stay together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db.models import Model

from sinosure.core.states import TonedChoices

ICON_OF_TONE = {"red": "stop", "amber": "warn", "green": "ok", "blue": "info", "grey": "dot"}


def tone_and_label(row: Any, field: str) -> tuple[str, Any]:
    """Tone and label of `row.<field>`: of the TonedChoices member itself, or of the column's choices."""
    value = getattr(row, field)
    if isinstance(value, TonedChoices):
        return value.tone, value.label  # type: ignore[attr-defined]
    choices = _choices_of(type(row), field) if isinstance(row, Model) else None
    if choices is not None and value in choices.values:
        member = choices(value)
        return member.tone, member.label  # type: ignore[attr-defined]
    display = getattr(row, f"get_{field}_display", None)
    return "grey", display() if display else value


@cache
def _choices_of(model: type[Model], field: str) -> type[TonedChoices] | None:
    """The TonedChoices from which a column took its choices (a property or annotation has none)."""
    column = next((f for f in model._meta.get_fields() if f.name == field), None)
    listed = [(value, str(label)) for value, label in getattr(column, "choices", None) or ()]
    return next((kind for kind in _all_choices() if _listing(kind) == listed), None) if listed else None


def _listing(kind: type[TonedChoices]) -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in kind.choices]


def _all_choices() -> Iterator[type[TonedChoices]]:
    yield from TonedChoices.__subclasses__()
