"""Forms of the navigator."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from credit_info.models import Light
from credit_info.navigator.models import LAST_TWELVE
from credit_info.navigator.selectors import (
    CONTACT_KNOWN,
    FROM_CHINA,
    NOT_FROM_CHINA,
    Span,
    Wanted,
    newest_month,
    periods,
    span_between,
)
from sinosure.core.errors import DomainError
from sinosure.ui import fields
from sinosure.ui.forms import Form

LONGEST_PRODUCT = 80


def period_choices() -> list[tuple[str, Any]]:
    offered = periods(newest_month())
    return [(str(p), _("Last twelve months") if p == LAST_TWELVE else str(p)) for p in offered]


class FindForm(Form):
    """What is sold, and where to: kept in the URL."""

    product = fields.NameField(
        label=_("Product or HS code"), required=False, max_length=LONGEST_PRODUCT,
        help_text=_("Such as LED lamps, 灯具, 9405 or 9405.42."),
    )  # fmt: skip
    country = fields.CountryField(required=False)


class MarketForm(FindForm):
    """The same with what the list of buyers is narrowed to."""

    period = forms.ChoiceField(label=_("Time span"), required=False, choices=period_choices)
    origin = forms.ChoiceField(
        label=_("Buys from"), required=False,
        choices=[("", _("Anywhere")), (FROM_CHINA, _("China too")), (NOT_FROM_CHINA, _("Not yet from China"))],
    )  # fmt: skip
    contact = forms.ChoiceField(
        label=_("Contact"), required=False, choices=[("", _("All")), (CONTACT_KNOWN, _("Contact known"))]
    )
    least = fields.AmountField(label=_("At least, USD"), required=False, currency="USD", allow_zero=True)
    light = forms.ChoiceField(label=_("Credit light"), required=False, choices=[("", _("All")), *Light.choices])

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["product"].help_text = ""

    def wanted(self) -> Wanted:
        """What is right among the filters; a wrong one narrows nothing."""
        found = self.cleaned_data
        return Wanted(
            found.get("contact", ""), found.get("origin", ""), found.get("least"), found.get("light", "")
        )  # fmt: skip

    def period_chosen(self) -> int:
        return int(self.cleaned_data.get("period") or LAST_TWELVE)


class MonthField(fields.ParsedField):
    """A month as 2026-03."""

    css = "is-date"

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "placeholder": "YYYY-MM", "maxlength": 7}

    def parse(self, text: str) -> Any:
        return fields.parsing.parse_date(f"{text.strip()}-01")

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%Y-%m}" if isinstance(value, date) else value


class SpanForm(Form):
    """From one month to another; empty is the last twelve."""

    first = MonthField(label=_("From month"), required=False)
    last = MonthField(label=_("To month"), required=False)

    def span(self) -> Span | None:
        """The months asked for; a wrong month is said at its field and the last twelve are shown."""
        if not self.is_bound or not self.is_valid():
            return span_between(None, None)
        try:
            return span_between(self.cleaned_data["first"], self.cleaned_data["last"])
        except DomainError as error:
            self.add_domain_error(error)
            return span_between(None, None)


class TradeImportForm(Form):
    """A file of trade records with where it comes from."""

    file = fields.UploadField(
        label=_("File"), max_bytes=64 * fields.MEGABYTE, accept=".csv,.xlsx",
        help_text=_(
            "CSV or Excel (.xlsx). The first row names buyer (its code or registration number), country, hs, origin, month, weight_kg, "
            "amount (USD) and count."
        ),
    )  # fmt: skip
    source = fields.NameField(label=_("Source"), max_length=120, help_text=_("Which customs or agency it comes from."))
    is_synthetic = forms.BooleanField(label=_("The figures are invented; every page says so"), required=False)
    replace = forms.BooleanField(
        label=_("Records that are known already are replaced by those of the file"), required=False
    )


class ContactForm(Form):
    """Whom to write to at a buyer."""

    person = fields.NameField(label=_("Person"), required=False, max_length=100)
    duty = fields.NameField(label=_("Duty"), required=False, max_length=80)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=120)
    phone = fields.NameField(label=_("Telephone"), required=False, max_length=40)
    website = fields.NameField(label=_("Website"), required=False, max_length=120)
    source = fields.NameField(label=_("Source"), max_length=120)
