"""Forms of loss notices: they parse, the services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.models import GoodsStatus
from claims.notices.facts import DEFAULTS, risks_for
from credit_info.models import Obligor, ObligorKind
from sinosure.ui.fields import AmountField, CommentField, CountryField, DateField, UploadField
from sinosure.ui.forms import Form


class NoticeForm(Form):
    """LN-7. For a default the days come from the due dates; every other cause asks for them."""

    risk = forms.ChoiceField(label=_("What happened"))
    refused_acceptance = forms.BooleanField(
        label=_("The issuing bank refused to accept a usance draft"), required=False,
        help_text=_("Then ten working days count from the day you knew, not thirty days from the due date."),
    )  # fmt: skip
    occurred_on = DateField(
        label=_("It happened on"), required=False, help_text=_("Not needed when the buyer simply has not paid.")
    )
    known_on = DateField(
        label=_("You knew of it on"), required=False,
        help_text=_("Ten working days count from the day after. The next page shows them day by day."),
    )  # fmt: skip
    goods_status = forms.ChoiceField(label=_("Where the goods are"), choices=GoodsStatus.choices)
    buyer_reason = CommentField(label=_("What the buyer says"), required=False, max_length=1000)
    is_disputed = forms.BooleanField(label=_("The buyer disputes quality, quantity, price or the debt"), required=False)
    security = forms.CharField(label=_("Guarantee or other security"), required=False, max_length=500)
    steps_taken = CommentField(label=_("What you have done so far"), required=False, max_length=1000)
    entrusts_collection = forms.BooleanField(
        label=_("Ask the insurer to collect (entrusted collection)"), required=False
    )
    contact = forms.CharField(label=_("Contact for questions"), max_length=200)

    def __init__(self, *args: Any, obligor: Obligor, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["risk"].choices = [(risk.value, risk.label) for risk in risks_for(obligor)]  # type: ignore[attr-defined]
        if obligor.kind != ObligorKind.BANK:
            del self.fields["refused_acceptance"]

    def clean(self) -> dict[str, Any]:
        """Both days are asked for unless the due dates give them."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("risk") in DEFAULTS and not cleaned.get("refused_acceptance"):
            return cleaned
        for name in ("occurred_on", "known_on"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, forms.ValidationError(_("This cause needs the day."), code="required"))
        return cleaned


class QuestionForm(Form):
    question = CommentField(label=_("Your question, everything at once"), max_length=500)


class AnswerForm(Form):
    answer = CommentField(label=_("Your answer"), max_length=1000)


class ReasonForm(Form):
    reason = CommentField(label=_("Reason"), max_length=500)


class AnalysisForm(Form):
    loss_analysis = CommentField(label=_("Preliminary analysis of the loss"), required=False)
    liability_analysis = CommentField(label=_("Preliminary analysis of liability"), required=False)


class TaskForm(Form):
    instruction = CommentField(
        label=_("Instruction"), max_length=500,
        help_text=_("For example: dun in writing, stop shipping, hold or redirect the goods, resell, register the debt."),
    )  # fmt: skip
    due_on = DateField(label=_("To be done by"))
    cost_estimate = AmountField(label=_("Expected cost"), required=False, allow_zero=True)
    with_consent = forms.BooleanField(label=_("We consent to this cost in writing"), required=False)

    def __init__(self, *args: Any, currency: str, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["cost_estimate"].currency = currency  # type: ignore[attr-defined]
        self.fields["cost_estimate"].help_text = currency


class CostForm(Form):
    cost_estimate = AmountField(label=_("Expected cost"), required=False, allow_zero=True)

    def __init__(self, *args: Any, currency: str, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["cost_estimate"].currency = currency  # type: ignore[attr-defined]
        self.fields["cost_estimate"].help_text = currency


class ResultForm(Form):
    result = CommentField(label=_("What came of it"), max_length=1000)


class MandateForm(Form):
    channel = forms.CharField(label=_("Collection channel"), max_length=200)
    country = CountryField(label=_("Country of the channel"))
    fee_basis = forms.CharField(label=_("Fee basis"), max_length=300)


class ReportForm(Form):
    reported_on = DateField(label=_("Day of the report"))
    text = CommentField(label=_("Report"))


class PaperForm(Form):
    file = UploadField(label=_("File"), accept=".pdf,.png,.jpg,.jpeg,.xlsx")
