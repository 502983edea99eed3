"""The editor of an article."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sinosure.academy.models import Category, Section
from sinosure.reference.industries import INDUSTRIES
from sinosure.reference.models import Country
from sinosure.ui.fields import CommentField, NameField
from sinosure.ui.forms import Form

LONGEST = 40_000
INDUSTRY_CHOICES: Any = [("", "–"), *[(one.section, one) for one in INDUSTRIES]]


class TextField(CommentField):
    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "rows": 14}


class ArticleForm(Form):
    """Both languages at once; text in Markdown."""

    section = forms.ChoiceField(label=_("Section"), choices=Section.choices)
    category = forms.ChoiceField(label=_("Category of news"), required=False, choices=[("", "–"), *Category.choices])
    country = forms.ModelChoiceField(Country.objects.all(), label=_("Country"), required=False, empty_label="—")
    industry = forms.TypedChoiceField(
        label=_("Industry"), choices=INDUSTRY_CHOICES, required=False, coerce=int, empty_value=None
    )  # fmt: skip
    slug = forms.SlugField(
        label=_("Address"),
        max_length=80,
        help_text=_("Small letters, digits and hyphens: it becomes part of the link."),
    )
    title_zh = NameField(label=_("Title in Chinese"), max_length=120)
    title_en = NameField(label=_("Title in English"), max_length=160)
    about_zh = CommentField(label=_("One sentence in Chinese"), max_length=300, required=False)
    about_en = CommentField(label=_("One sentence in English"), max_length=400, required=False)
    text_zh = TextField(label=_("Text in Chinese (Markdown)"), max_length=LONGEST)
    text_en = TextField(label=_("Text in English (Markdown)"), max_length=LONGEST)
    source = NameField(label=_("Source"), help_text=_("Who says so, and when."))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
