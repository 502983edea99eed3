"""One form a step of the single window."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from policies.micro.forms import BuyForm
from policies.single_window.identity import Method
from policies.single_window.steps import Step
from sinosure.ui import fields
from sinosure.ui.forms import Form


class IdentityForm(Form):
    method = forms.ChoiceField(
        label=_("Method"), choices=Method.choices, widget=forms.RadioSelect, initial=Method.IC_CARD
    )
    name = fields.NameField(label=_("Name of the holder"))
    number = fields.NameField(
        label=_("Number of the card, document or UKEY"), help_text=_("Only the last four characters are kept.")
    )


class EntryForm(Form):
    exports_last_year = fields.AmountField(
        currency="USD", label=_("Exports in the last 12 months, USD"),
        help_text=_("All exports of your company, also those not covered."),
    )  # fmt: skip


class SealForm(Form):
    """Nothing is asked: the seal bears the registered name."""


class AgreementForm(Form):
    has_read = forms.BooleanField(
        label=_("I have read the service agreement and sign it with the electronic seal of my company."),
        error_messages={"required": _("Confirm that you have read the agreement.")},
    )


class AuthorisationForm(Form):
    is_ticked = forms.BooleanField(
        label=_("I agree to provide the data above"),
        error_messages={
            "required": _("Tick that you agree to provide the data above, or leave the application unfinished.")
        },
    )


class VerifyForm(Form):
    file = fields.UploadField(label=_("Signed PDF"), max_bytes=5_000_000, accept=".pdf")


FORMS: dict[str, type[Form]] = {
    Step.AUTH: IdentityForm, Step.ENTRY: EntryForm, Step.CONFIRM: BuyForm, Step.SEAL: SealForm,
    Step.SERVICE_AGREEMENT: AgreementForm, Step.DATA_AUTH: AuthorisationForm,
}  # fmt: skip
