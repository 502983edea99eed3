"""The order and the delivery."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from credit_info.forms import CodeField
from credit_info.reports.models import Service
from credit_info.reports.services import OFFERS, PARTS
from sinosure.core.money import Money
from sinosure.ui.fields import CommentField
from sinosure.ui.forms import Form

LABELS = {"summary": _("Summary"), "payment": _("Payment record"), "finance": _("Finances"), "advice": _("Advice")}


def _offers() -> list[tuple[str, str]]:
    """Each service with its price and how long it takes."""
    told = _("%(service)s · %(price)s · %(days)d working days")
    return [
        (code, told % {"service": Service(code).label, "price": Money(price, "CNY"), "days": days})
        for code, (price, days) in OFFERS.items()
    ]


class OrderForm(Form):
    service = forms.ChoiceField(label=_("Service"), choices=_offers)
    obligor = CodeField(
        label=_("Code of the company"), max_length=40, required=False,
        help_text=_("As its page in the register shows it; needed for the two reports on a company."),
    )  # fmt: skip
    question = CommentField(label=_("What do you want to know?"), max_length=1000, required=False)


class DeliverForm(Form):
    """The four parts of a report."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for part in PARTS:
            self.fields[part] = CommentField(label=LABELS[part], max_length=4000)
