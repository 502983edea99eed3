"""Forms of claims: they parse, the services decide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.causes import DEFAULT_RISKS
from claims.models import (
    Claim,
    CoveredRisk,
    DisputeKind,
    DisputeOutcome,
    NoteKind,
    OpinionKind,
    RecoveryMode,
)
from credit_info.models import ObligorKind
from declarations.models import Shipment
from sinosure.ui import show
from sinosure.ui.fields import AmountField, CommentField, DateField, NameField, UploadField
from sinosure.ui.forms import Form

PICTURES_AND_PDF = ".pdf,.png,.jpg,.jpeg,.xlsx"


def causes_for(claim: Claim) -> list[tuple[str, Any]]:
    """The risks that can hit this debtor: buyer risks for a buyer, bank risks for an issuing bank, political ones for both."""
    unfit = "BUYER_" if claim.obligor.kind == ObligorKind.BANK else "BANK_"
    covered = claim.policy.wording.named.value("risks")
    before = DEFAULT_RISKS if claim.production_id is not None else ()
    return [
        (r.value, r.label)
        for r in CoveredRisk
        if r.value in covered and not r.value.startswith(unfit) and r not in before
    ]


class DraftForm(Form):
    """What the exporter confirms or corrects before filing."""

    cause = forms.ChoiceField(label=_("Cause of loss"))
    occurred_on = DateField(
        label=_("It happened on"),
        help_text=_("For a default the first due date, otherwise the day of the event."),
    )
    shipments = forms.MultipleChoiceField(
        label=_("Invoices claimed"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one invoice.")},
    )
    statement = CommentField(
        label=_("What happened"), help_text=_("In your own words: what the buyer says, what you have done so far.")
    )
    lc_documents_complied = forms.TypedChoiceField(
        label=_("Did the documents presented under the L/C comply?"), required=False, empty_value=None,
        choices=[("", "—"), ("yes", _("Yes")), ("no", _("No"))], coerce=lambda value: value == "yes",
    )  # fmt: skip

    lc_discrepancies = CommentField(
        label=_("Discrepancies that the bank named"), required=False, max_length=300,
        help_text=_("Needed when the documents did not comply: default of the bank is then not covered."),
    )  # fmt: skip

    def __init__(self, *args: Any, claim: Claim, shipments: Iterable[Shipment], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["cause"].choices = causes_for(claim)  # type: ignore[attr-defined]
        self.fields["shipments"].choices = [(str(row.pk), _in_words(row)) for row in shipments]  # type: ignore[attr-defined]
        if claim.production_id is not None:
            del self.fields["shipments"]
        if claim.obligor.kind != ObligorKind.BANK:
            del self.fields["lc_documents_complied"], self.fields["lc_discrepancies"]


def _in_words(row: Shipment) -> str:
    amount = f"{row.currency} {show.plain_amount(row.open_amount, row.currency)}"
    return _("%(invoice)s · open %(amount)s · due %(day)s") % {
        "invoice": row.invoice_no,
        "amount": amount,
        "day": row.due_on,
    }


class UploadForm(Form):
    file = UploadField(label=_("File"), help_text=_("PDF, PNG, JPEG or Excel, at most 20 MB."), accept=PICTURES_AND_PDF)


class ReasonForm(Form):
    reason = CommentField(label=_("Reason"), max_length=500)


class CommentForm(Form):
    comment = CommentField(label=_("Comment"), max_length=500)


class OptionalCommentForm(Form):
    comment = CommentField(label=_("Comment"), max_length=500, required=False)


class DocumentRequestForm(Form):
    text = CommentField(
        label=_("Anything else that is needed"), required=False, max_length=1000,
        help_text=_("Name everything now: only one request is allowed. The papers above are listed by themselves."),
    )  # fmt: skip


class DisputeForm(Form):
    kind = forms.ChoiceField(label=_("Kind of dispute"), choices=DisputeKind.choices)
    raised_on = DateField(label=_("Raised on"))
    amount_disputed = AmountField(label=_("Amount disputed"))

    def __init__(self, *args: Any, claim: Claim, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["amount_disputed"].currency = claim.currency  # type: ignore[attr-defined]
        self.fields["amount_disputed"].help_text = claim.currency


class ResumeForm(Form):
    outcome = forms.ChoiceField(label=_("Outcome of the dispute"), choices=DisputeOutcome.choices)
    reason = CommentField(label=_("Reason"), max_length=500)


class NoteForm(Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=NoteKind.choices)
    happened_on = DateField(label=_("Date"))
    text = CommentField(label=_("What was found out"))
    upload = UploadField(label=_("Evidence"), required=False, accept=PICTURES_AND_PDF)


class OpinionForm(Form):
    kind = forms.ChoiceField(label=_("Opinion"), choices=OpinionKind.choices, initial=OpinionKind.FINAL)
    reasons = CommentField(
        label=_("Reasons"), help_text=_("They go into the letter. Name the facts and the clause of the policy.")
    )


class IdentityForm(Form):
    """AML: register who is paid."""

    beneficiary = NameField(label=_("Beneficiary"))
    licence_no = NameField(label=_("Business licence number"), max_length=40)
    legal_representative = NameField(label=_("Legal representative"))
    relationship = forms.ChoiceField(
        label=_("Relationship to the insured"),
        choices=[("self", _("The insured itself")), ("assignee", _("Bank under an assignment agreement"))],
    )
    beneficial_owner = NameField(label=_("Beneficial owner"))


class ConfirmPaymentForm(Form):
    confirmed_on = DateField(label=_("Paid by the bank on"))
    bank_reference = NameField(label=_("Reference of the bank"), max_length=60)


class RecoverForm(Form):
    mode = forms.ChoiceField(label=_("Order of sharing"), choices=RecoveryMode.choices, initial=RecoveryMode.PRO_RATA)


class ChannelForm(Form):
    channel = NameField(label=_("Collection channel or lawyer"), max_length=120)


class RemarkForm(Form):
    remark = CommentField(label=_("Remark"), max_length=500)


class RecoveryReceiptForm(Form):
    received_on = DateField(label=_("Received on"))
    gross = AmountField(label=_("Amount received"))
    cost = AmountField(label=_("Cost of recovery"), allow_zero=True, required=False)
    reference = NameField(label=_("Reference"), max_length=60)
    received_by_insured = forms.BooleanField(
        label=_("The debtor paid the insured directly"), required=False,
        help_text=_("Then the insurer's share is to be remitted within 30 days."),
    )  # fmt: skip

    def __init__(self, *args: Any, currency: str, **named: Any) -> None:
        super().__init__(*args, **named)
        for name in ("gross", "cost"):
            self.fields[name].currency = currency  # type: ignore[attr-defined]
            self.fields[name].help_text = currency


INSTALMENTS = 6


class InstalmentsForm(Form):
    """Up to six dates; empty lines are left out."""

    remark = CommentField(label=_("What was agreed"), max_length=500)

    def __init__(self, *args: Any, currency: str, **named: Any) -> None:
        super().__init__(*args, **named)
        for n in range(1, INSTALMENTS + 1):
            self.fields[f"due_{n}"] = DateField(label=_("Instalment %(n)s due on") % {"n": n}, required=False)
            self.fields[f"amount_{n}"] = AmountField(
                label=_("Amount %(n)s") % {"n": n}, required=False, currency=currency, help_text=currency
            )

    def plan(self) -> list[tuple[Any, Any]]:
        rows = [(self.cleaned_data[f"due_{n}"], self.cleaned_data[f"amount_{n}"]) for n in range(1, INSTALMENTS + 1)]
        return [(due_on, amount) for due_on, amount in rows if due_on and amount]
