"""Filter of the timeline, the editor of an alarm, the file, following, cover on a country."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from credit_info.alarms import importing, subjects
from credit_info.alarms.models import BY_SYSTEM, Dimension, EventKind, Severity
from credit_info.alarms.publishing import NewEvent
from credit_info.tables import read_text
from sinosure.core.errors import DomainError
from sinosure.reference.industries import INDUSTRIES
from sinosure.ui import fields
from sinosure.ui.forms import Form

ANY = [("", _("All"))]


def _industries() -> list[tuple[str, str]]:
    return [(str(one.section), f"{one.section} {one.name}") for one in INDUSTRIES]


def _industries_or_none() -> list[tuple[str, str]]:
    return [("", "—"), *_industries()]


class AlarmFilterForm(Form):
    q = fields.NameField(label=_("Search"), required=False, max_length=80)
    dimension = forms.ChoiceField(label=_("Dimension"), required=False, choices=[*ANY, *Dimension.choices])
    country = fields.CountryField(required=False)
    section = forms.ChoiceField(label=_("Industry"), required=False, choices=_industries_or_none)
    severity = forms.ChoiceField(label=_("Severity"), required=False, choices=[*ANY, *Severity.choices])

    def chosen(self) -> dict[str, Any]:
        """What could be read; the rest is left out of the search."""
        if not self.is_bound:
            return {}
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class SubjectForm(Form):
    """One of the three dimensions, and the field that goes with it."""

    dimension = forms.ChoiceField(label=_("Dimension"), choices=Dimension.choices)
    country = fields.CountryField(required=False)
    section = forms.ChoiceField(label=_("Industry"), required=False, choices=_industries_or_none)
    company = fields.NameField(
        label=_("Code of the company or bank"), max_length=20, required=False,
        help_text=_("As its page in the register shows it."),
    )  # fmt: skip
    BY_DIMENSION = {Dimension.COUNTRY: "country", Dimension.INDUSTRY: "section", Dimension.COMPANY: "company"}

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        column = self.BY_DIMENSION.get(typed.get("dimension", ""))
        if column and column not in self.errors:
            self._check(typed["dimension"], column, str(typed.get(column) or ""))
        return typed

    def _check(self, dimension: str, column: str, key: str) -> None:
        if not key:
            self.add_error(column, ValidationError(_("Fill this in for the dimension chosen."), code="required"))
            return
        try:
            subjects.named(dimension, key)
        except DomainError as error:
            self.add_error(column, fields.refusal(error))

    def subject(self) -> tuple[str, str]:
        dimension = self.cleaned_data["dimension"]
        return dimension, str(self.cleaned_data[self.BY_DIMENSION[dimension]])


class TextField(fields.CommentField):
    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "rows": 6}


class EventForm(Form):
    """What happened. The facts one a line."""

    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices, initial=Severity.WARNING)
    kind_of_event = forms.ChoiceField(
        label=_("Kind"), choices=[choice for choice in EventKind.choices if choice[0] not in BY_SYSTEM]
    )
    happened_on = fields.DateField(label=_("Happened on"))
    title_zh = fields.NameField(label=_("Title in Chinese"), max_length=120)
    title_en = fields.NameField(label=_("Title in English"), max_length=200)
    text_zh = TextField(label=_("Text in Chinese (Markdown)"), max_length=importing.LONGEST_TEXT, required=False)
    text_en = TextField(label=_("Text in English (Markdown)"), max_length=importing.LONGEST_TEXT, required=False)
    facts = fields.CommentField(
        label=_("Dated facts"), required=False, max_length=4_000,
        help_text=_("One a line: the day, a blank, what happened."),
    )  # fmt: skip
    source = fields.NameField(label=_("Source"), max_length=200, help_text=_("Who says so, and when."))

    def clean_facts(self) -> str:
        """Kept as typed; `event` reads it again."""
        typed: str = self.cleaned_data["facts"]
        try:
            importing.facts_of(typed)
        except DomainError as error:
            raise fields.refusal(error) from error
        return typed

    def event(self) -> NewEvent:
        typed = self.cleaned_data
        same = ("severity", "happened_on", "title_zh", "title_en", "text_zh", "text_en", "source")
        facts = importing.facts_of(typed["facts"])
        return NewEvent(kind=typed["kind_of_event"], facts=facts, **{name: typed[name] for name in same})


class PublishForm(SubjectForm, EventForm):
    field_order = ("dimension", "country", "section", "company")


class FileForm(Form):
    """A table as a file, or the same text pasted; what was read is shown before anything is published."""

    file = fields.UploadField(label=_("File (CSV)"), required=False, max_bytes=1_000_000, accept=".csv,.txt")
    table = fields.CommentField(label=_("Or the table itself"), required=False, max_length=1_000_000)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not self.errors:
            self._read(typed)
        return typed

    def _read(self, typed: dict[str, Any]) -> None:
        try:
            text = read_text(typed["file"]).read() if typed.get("file") else typed["table"]
            rows, faults = importing.read(text)
        except DomainError as error:
            error.field = "file" if typed.get("file") else "table"
            self.add_domain_error(error)
            return
        for one in faults:
            message = _("Row %(row)s, %(column)s: %(text)s")
            named = {"row": one.row_no, "column": one.column or "–", "text": one.text}
            self.add_error(None, ValidationError(message, code=one.code, params=named))
        self.rows, self.text = rows, text


class ChannelsForm(SubjectForm):
    by_email = forms.BooleanField(label=_("By e-mail"), required=False, initial=True)
    by_webhook = forms.BooleanField(
        label=_("By webhook, where your organisation has one"), required=False, initial=True
    )
