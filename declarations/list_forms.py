"""Filters of lists and statistics, kept in the URL."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from credit_info.models import Obligor
from declarations import selectors
from declarations.models import CoverState, LineState
from policies.selectors import acts_as_insured
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.ui import fields
from sinosure.ui.forms import Form


class ListForm(Form):
    """The filters of the list; they live in the URL."""

    q = forms.CharField(required=False, max_length=60, label=_("Invoice or line number"))
    month = forms.ChoiceField(required=False, label=_("Month of shipment"))
    buyer = fields.PickField(Obligor.objects.none(), search=True, required=False, label=_("Buyer"))
    state = forms.ChoiceField(required=False, choices=[("", _("All")), *LineState.choices], label=_("State"))
    cover = forms.ChoiceField(required=False, choices=[("", _("All")), *CoverState.choices[:3]], label=_("Cover"))
    batch = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, **named: Any) -> None:
        super().__init__(*args, **named)
        months = [("", _("All")), *((f"{m:%Y-%m}", f"{m:%Y-%m}") for m in selectors.recent_months())]
        self.fields["month"].choices = months  # type: ignore[attr-defined]
        if acts_as_insured(actor):
            self.fields["buyer"].queryset = selectors.own_obligors(actor).order_by("name")  # type: ignore[attr-defined]
        else:
            del self.fields["buyer"]

    def chosen(self) -> dict[str, Any]:
        """What was asked for and understood; the rest is left out."""
        self.is_valid()
        data = {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value}
        if "month" in data:
            data["month"] = date.fromisoformat(f"{data['month']}-01")
        return data


class StatisticsForm(Form):
    by = forms.ChoiceField(
        required=False,
        label=_("Grouped by"),
        choices=[
            ("month", _("Month")),
            ("country", _("Country or region")),
            ("buyer", _("Buyer")),
            ("term", _("Payment term")),
        ],
    )
    first = fields.DateField(required=False, label=_("Shipped from"))
    last = fields.DateField(required=False, label=_("Shipped until"))

    def chosen(self) -> tuple[str, date, date]:
        """What is asked for; by default by month over the last twelve months."""
        data = self.cleaned_data if self.is_valid() else {}
        last = data.get("last") or clock.today()
        first = data.get("first") or selectors.recent_months(12)[-1]
        return data.get("by") or "month", first, last
