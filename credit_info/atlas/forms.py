"""Filters of the overviews, new terms for a country, notes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from credit_info.atlas.cover import Terms
from credit_info.atlas.models import CLASSES, NoteKind
from credit_info.atlas.picture import COLOURS
from sinosure.reference.models import CoverStatus
from sinosure.reference.regions import REGIONS
from sinosure.ui.fields import AmountField, CommentField, DateField, NameField
from sinosure.ui.forms import Form

REGION_CHOICES: Any = [("", _("All")), *[(region.key, region) for region in REGIONS]]


class CountryFilterForm(Form):
    q = forms.CharField(label=_("Name or code"), max_length=60, required=False)
    region = forms.ChoiceField(label=_("Region"), choices=REGION_CHOICES, required=False)
    risk_class = forms.ChoiceField(label=_("Class"), choices=[("", _("All")), *CLASSES], required=False)
    status = forms.ChoiceField(label=_("Cover status"), choices=[("", _("All")), *CoverStatus.choices], required=False)
    colour = forms.ChoiceField(label=_("Colours show"), choices=COLOURS, required=False)

    def chosen(self) -> dict[str, str]:
        """What is asked for; a filter that does not parse filters nothing."""
        self.is_valid()
        return {name: str(self.cleaned_data.get(name) or "") for name in ("q", "region", "risk_class", "status")}

    @property
    def shown_colour(self) -> str:
        return str(self.cleaned_data.get("colour") or "class")


class TermsForm(Form):
    """New terms; an empty cap means that there is none."""

    risk_class = forms.ChoiceField(label=_("Risk class"), choices=CLASSES)
    cover_status = forms.ChoiceField(label=_("Cover status"), choices=CoverStatus.choices)
    cap = AmountField(
        label=_("Cap, USD"), currency="USD", allow_zero=True, required=False,
        help_text=_("What limits in the country may grant together; empty for no cap."),
    )  # fmt: skip
    effective_on = DateField(label=_("In force from"))
    reason = CommentField(
        label=_("Reason"), max_length=1000, help_text=_("For the insurer's staff; it stays in the history.")
    )

    def terms(self) -> Terms:
        data = self.cleaned_data
        return Terms(data["risk_class"], data["cover_status"], data["cap"])


class CommentForm(Form):
    comment = CommentField(label=_("Why the terms stay as they are"), max_length=500)


class NoteForm(Form):
    kind = forms.ChoiceField(label=_("About"), choices=NoteKind.choices)
    on = DateField(label=_("Since"))
    text_zh = CommentField(label=_("In Chinese"), max_length=1000)
    text_en = CommentField(label=_("In English"), max_length=1500)
    source = NameField(label=_("Source"), max_length=200)


class EndNoteForm(Form):
    on = DateField(label=_("Until"))
