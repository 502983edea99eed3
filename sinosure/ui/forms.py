"""The base of every form: cross-field currencies, a service's refusal at its field, answers for checking. Nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField

from sinosure.core.errors import DomainError
from sinosure.core.money import Money
from sinosure.ui.fields import AmountField, refusal

MALFORMED = {"bad_date", "bad_number", "ambiguous_date"}


@dataclass(frozen=True)
class FormError:
    """An error as the summary lists it; `anchor` is the id of the input."""

    anchor: str
    label: Any
    text: str
    code: str


@dataclass(frozen=True)
class Answer:
    """What was understood of one field, for the page that asks to check."""

    label: Any
    value: Any
    notices: tuple[Any, ...]


class Form(forms.Form):
    """Parses only; services decide. `http_status` is what the page answers after a refusal."""

    use_required_attribute = False
    error_css_class = "field--bad"

    def __init__(self, *args: Any, **named: Any) -> None:
        named.setdefault("label_suffix", "")
        super().__init__(*args, **named)
        self.domain_status: int | None = None

    @property
    def http_status(self) -> int:
        if not self.is_bound or not self.errors:
            return 200
        codes = {error.code for errors in self.errors.as_data().values() for error in errors}
        return self.domain_status or (400 if codes <= MALFORMED else 422)

    def add_domain_error(self, error: DomainError) -> None:
        """Put a refusal at the field it concerns, else on top."""
        field = error.field if error.field in self.fields else None
        self.add_error(field, refusal(error))
        self.domain_status = error.status

    def _clean_fields(self) -> None:
        for field in self.fields.values():
            if isinstance(field, AmountField) and field.currency_field:
                field.currency = self._currency_in(field.currency_field)
        super()._clean_fields()  # type: ignore[misc]

    def _currency_in(self, name: str) -> str:
        """The currency chosen in another field; "" (most permissive) while that one is wrong itself."""
        try:
            return self.fields[name].clean(self[name].data or self.get_initial_for_field(self.fields[name], name)) or ""
        except ValidationError:
            return ""

    def notices(self) -> list[Any]:
        """Everything that was normalised, in field order."""
        return [notice for field in self.fields.values() for notice in getattr(field, "notices", ())]

    def answers(self) -> list[Answer]:
        return list(self._answers())

    def _answers(self) -> Iterator[Answer]:
        for bound in self.visible_fields():
            shown = self._shown(bound)
            if shown not in (None, ""):
                yield Answer(bound.label, shown, getattr(bound.field, "notices", ()))

    def _shown(self, bound: BoundField) -> Any:
        """The cleaned value in words: the label of a choice, an amount with its currency."""
        value, field = self.cleaned_data.get(bound.name), bound.field
        if isinstance(field, forms.ModelChoiceField):
            return field.label_from_instance(value) if value is not None else ""
        if isinstance(field, forms.ChoiceField):
            return dict(_flat(field.choices)).get(str(value), value)
        if isinstance(field, AmountField) and value is not None:
            return Money(value, field.currency) if field.currency else value
        return field.prepare_value(value) if value is not None else ""


def _flat(choices: Any) -> Iterator[tuple[str, Any]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), label


def errors_of(form: forms.BaseForm) -> list[FormError]:
    """Every error in field order with the input it belongs to; the same words stand at the field."""
    if not form.is_bound:
        return []
    listed = form.errors.as_data()
    top = [
        FormError("", "", text, error.code or "invalid")
        for error in listed.get("__all__", ())
        for text in error.messages
    ]
    return top + [found for name in form.fields for found in _errors_at(form[name], listed.get(name, ()))]


def _errors_at(bound: BoundField, errors: Any) -> list[FormError]:
    anchor = bound.id_for_label or bound.auto_id
    return [
        FormError(anchor, bound.label, text, error.code or "invalid") for error in errors for text in error.messages
    ]
