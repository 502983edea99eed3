"""Form fields that read what people type and paste through core.parsing, and say what they made of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from sinosure.core import parsing
from sinosure.core.errors import DomainError
from sinosure.reference.models import Country

FULL_WIDTH = str.maketrans("０１２３４５６７８９．％", "0123456789.%")
UNSAFE_MARKS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
MEGABYTE = 1024 * 1024


def refusal(error: DomainError) -> ValidationError:
    """A service's or parser's refusal as a form error with the same code and words."""
    return ValidationError(error.message, code=error.code, params=error.params)


class ParsedField(forms.CharField):
    """A text field read by one of the parsers; `notices` say what was normalised."""

    parser: Callable[[str], parsing.Parsed]
    css = ""

    def __init__(self, **named: Any) -> None:
        super().__init__(**named)
        self.notices: tuple[Any, ...] = ()

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        return {**attrs, "class": self.css, "autocomplete": "off"} if self.css else attrs

    def parse(self, text: str) -> parsing.Parsed:
        return type(self).parser(text)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        self.notices = ()
        if text in self.empty_values:
            return None
        try:
            parsed = self.parse(text)
        except DomainError as error:
            raise refusal(error) from error
        self.notices = tuple(parsed.notices)
        return parsed.value


class AmountField(ParsedField):
    """Money without its currency, which is fixed or named in another field of the form."""

    css = "is-amount"

    def __init__(self, *, currency_field: str = "", currency: str = "", allow_zero: bool = False, **named: Any) -> None:
        self.currency_field, self.currency, self.allow_zero = currency_field, currency, allow_zero
        super().__init__(**named)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal", "data-amount": ""}

    def parse(self, text: str) -> parsing.Parsed:
        """While the currency is unknown the most generous one decides, and the form fails on the currency anyway."""
        return parsing.parse_amount(text, self.currency or "KWD", allow_zero=self.allow_zero)


class DateField(ParsedField):
    """A day, typed in any of the accepted spellings; a button beside it opens the calendar where scripts run."""

    css = "is-date"

    def parse(self, text: str) -> parsing.Parsed:
        return parsing.parse_date(text)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "data-date": "", "placeholder": "YYYY-MM-DD"}

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value


class NameField(ParsedField):
    """A name of a person, firm or place, at most 200 characters."""

    def __init__(self, **named: Any) -> None:
        super().__init__(**{"max_length": 200, **named})

    def parse(self, text: str) -> parsing.Parsed:
        return parsing.clean_name(text)

    def clean(self, value: Any) -> str:
        return super().clean(value) or ""


class InvoiceNoField(NameField):
    """An invoice number, kept as typed and checked for confusable letters; the service makes the canonical key."""

    def __init__(self, **named: Any) -> None:
        super().__init__(**{"max_length": 60, **named})

    def parse(self, text: str) -> parsing.Parsed:
        canonical = parsing.canonical_invoice_no(text)
        return parsing.Parsed(text.strip(), text, canonical.notices)


class CommentField(forms.CharField):
    """Free text of some lines: no control or direction marks."""

    widget = forms.Textarea

    def __init__(self, **named: Any) -> None:
        super().__init__(**{"max_length": 2000, **named})
        self.widget.attrs["rows"] = 4

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if UNSAFE_MARKS.search(text):
            raise ValidationError(
                _("The text holds invisible control characters. Type it again or paste it as plain text."),
                code="control_characters",
            )
        return text


class PercentField(ParsedField):
    """A percentage as people write it (90 or 90%); gives the fraction 0.90, or the percentage with `as_ratio=False`."""

    css = "is-amount is-short"

    def __init__(self, *, minimum: Any = 0, maximum: Any = 100, as_ratio: bool = True, **named: Any) -> None:
        self.minimum, self.maximum, self.as_ratio = Decimal(minimum), Decimal(maximum), as_ratio
        super().__init__(**named)

    def parse(self, text: str) -> parsing.Parsed:
        plain = text.translate(FULL_WIDTH).strip().removesuffix("%").strip()
        if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,6})?", plain):
            raise DomainError("bad_number", _("Write a percentage such as 90 or 0.24."), status=400)
        percentage = Decimal(plain)
        if not self.minimum <= percentage <= self.maximum:
            message = _("The percentage must lie between %(minimum)s and %(maximum)s.")
            raise DomainError("out_of_range", message, minimum=self.minimum, maximum=self.maximum)
        return parsing.Parsed(percentage / 100 if self.as_ratio else percentage, text, ())

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            shown = f"{value * 100 if self.as_ratio else value:f}"
            return shown.rstrip("0").rstrip(".") if "." in shown else shown
        return value


class WholeNumberField(ParsedField):
    """A count such as days; only digits are read."""

    css = "is-amount is-short"

    def __init__(self, *, minimum: int = 0, maximum: int = 1_000_000, **named: Any) -> None:
        self.minimum, self.maximum = minimum, maximum
        super().__init__(**named)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "numeric"}

    def parse(self, text: str) -> parsing.Parsed:
        plain = text.translate(FULL_WIDTH).strip()
        if not re.fullmatch(r"[0-9]{1,9}", plain):
            raise DomainError("bad_number", _("Write a whole number such as 60."), status=400)
        if not self.minimum <= int(plain) <= self.maximum:
            message = _("The number must lie between %(minimum)s and %(maximum)s.")
            raise DomainError("out_of_range", message, minimum=self.minimum, maximum=self.maximum)
        return parsing.Parsed(int(plain), text, ())


class CurrencyField(forms.ChoiceField):
    """A currency out of those the policy allows; RMB, usd and full-width letters are understood."""

    default_error_messages = {
        "invalid_choice": _("%(value)s is not a currency of this policy. Choose one from the list."),
    }

    def __init__(self, **named: Any) -> None:
        named.setdefault("label", _("Currency"))
        super().__init__(**named)
        self.notices: tuple[Any, ...] = ()
        self.widget.attrs["class"] = "is-short"

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        self.notices = ()
        if text in self.empty_values or self.valid_value(text):
            return text
        try:
            parsed = parsing.parse_currency(text)
        except DomainError as error:
            raise refusal(error) from error
        self.notices = tuple(parsed.notices)
        return str(parsed.value)


def country_choices() -> list[tuple[str, str]]:
    return [("", "—"), *((row.code, f"{row.name} ({row.code})") for row in Country.objects.all())]


class CountryField(forms.ChoiceField):
    """A country or region by name or code; a plain select that becomes a combobox where scripts run."""

    def __init__(self, **named: Any) -> None:
        named.setdefault("label", _("Country or region"))
        super().__init__(**{"choices": country_choices, **named})
        self.notices: tuple[Any, ...] = ()
        self.widget.attrs["data-combobox"] = ""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        self.notices = ()
        if text in self.empty_values or self.valid_value(text):
            return text
        try:
            parsed = parsing.parse_country(text)
        except DomainError as error:
            raise refusal(error) from error
        self.notices = tuple(parsed.notices)
        return str(parsed.value)


class PickField(forms.ModelChoiceField):
    """One row out of those the actor may choose; `search` makes it a combobox where scripts run."""

    def __init__(self, queryset: Any, *, search: bool = False, say: Callable[[Any], Any] = str, **named: Any) -> None:
        super().__init__(queryset, **named)
        self.say = say
        if search:
            self.widget.attrs["data-combobox"] = ""

    def label_from_instance(self, obj: Any) -> str:
        return str(self.say(obj))


class PickManyField(forms.MultipleChoiceField):
    """Several of a list that may be long; `choices` are set by the form."""

    def __init__(self, **named: Any) -> None:
        super().__init__(**{"widget": forms.SelectMultiple(attrs={"size": 6}), **named})


class UploadField(forms.FileField):
    """A file up to `max_bytes`; what it really is, documents and the importer find out."""

    default_error_messages = {
        "too_large": _("The file has %(size)s MB, at most %(limit)s MB can be taken. Split it or make it smaller."),
    }

    def __init__(self, *, max_bytes: int = 20 * MEGABYTE, accept: str = "", **named: Any) -> None:
        super().__init__(**{"max_length": 200, **named})
        self.max_bytes = max_bytes
        if accept:
            self.widget.attrs["accept"] = accept

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if isinstance(upload, UploadedFile) and (upload.size or 0) > self.max_bytes:
            numbers = {"size": f"{(upload.size or 0) / MEGABYTE:.1f}", "limit": self.max_bytes // MEGABYTE}
            raise ValidationError(self.error_messages["too_large"], code="too_large", params=numbers)
        return upload
