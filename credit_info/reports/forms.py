"""The order and the delivery."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from credit_info.models import Obligor
from credit_info.reports.models import Service
from credit_info.reports.services import PARTS
from sinosure.core.errors import DomainError
from sinosure.ui.fields import CommentField, refusal
from sinosure.ui.forms import Form

LABELS = {"summary": _("Summary"), "payment": _("Payment record"), "finance": _("Finances"), "advice": _("Advice")}


class CodeField(forms.CharField):
    """The code of a company of the register, as its page shows it."""

    def clean(self, value: Any) -> Obligor | None:
        code = super().clean(value).strip().upper()
        if not code:
            return None
        found = Obligor.objects.filter(code=code).first()
        if found is None:
            message = _(
                "No company of the register has the code %(typed)s. Search for it and copy the code of its page."
            )
            raise refusal(DomainError("unknown_company", message, typed=code[:40]))
        return found

    def prepare_value(self, value: Any) -> Any:
        return value.code if isinstance(value, Obligor) else value


class OrderForm(Form):
    service = forms.ChoiceField(label=_("Service"), choices=Service.choices)
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
