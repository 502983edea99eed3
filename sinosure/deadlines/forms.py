"""Forms of the clocks, the calendar and the business date."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sinosure.core import clock
from sinosure.deadlines.registry import KINDS
from sinosure.ui.fields import DateField, UploadField
from sinosure.ui.forms import Form

LONGEST_NOTICE = 20_000


class FilterForm(Form):
    """Filters of the list, kept in the URL. A wrong one filters nothing."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    due_from = DateField(label=_("Last valid day from"), required=False)
    due_until = DateField(label=_("until"), required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        kinds = sorted((kind.name, kind.plain_title) for kind in KINDS.values() if not kind.is_quiet)
        self.fields["kind"].choices = [("", _("All")), *kinds]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        if not self.is_bound:
            return {}
        self.full_clean()
        found = self.cleaned_data
        return {name: found.get(name) for name in ("kind", "due_from", "due_until") if found.get(name)}


class CalendarForm(Form):
    """A year's notice: pasted, or read from a text file into the box for checking."""

    year = forms.IntegerField(label=_("Year"), min_value=2004, max_value=2100)
    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        help_text=_("Title and number of the State Council's notice, or its address."),
    )
    text = forms.CharField(
        label=_("Text of the notice"),
        max_length=LONGEST_NOTICE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_(
            "Paste it as published: 一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。"
        ),
    )
    paper = UploadField(
        label=_("Or a text file"), required=False, max_bytes=200_000, accept=".txt,.csv",
        help_text=_("UTF-8; one row a day (2027-01-01,rest,元旦) works as well."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        upload = cleaned.get("paper")
        if upload is not None:
            cleaned["text"] = self._read(upload)
        elif not cleaned.get("text") and "text" not in self.errors:
            self.add_error("text", ValidationError(_("Paste the notice or choose a file."), code="required"))
        return cleaned

    def _read(self, upload: Any) -> str:
        try:
            return upload.read().decode("utf-8-sig")[:LONGEST_NOTICE]
        except UnicodeDecodeError:
            self.add_error(
                "paper", ValidationError(_("The file is not UTF-8 text. Save it as UTF-8."), code="bad_encoding")
            )
            return ""


class BusinessDateForm(Form):
    day = DateField(label=_("New business date"))

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day < clock.today():
            raise ValidationError(_("The business date only moves forward."), code="only_forward")
        return day
