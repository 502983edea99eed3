"""The one form of the micro product: tier, company facts, declaration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from policies.forms import UsccField
from policies.micro.buying import Order
from policies.micro.selectors import tiers
from sinosure.core.money import Money
from sinosure.ui import fields
from sinosure.ui.forms import Form


class BuyForm(Form):
    """What the exporter confirms before a policy is issued; all of it is filled in where it is known."""

    tier = forms.ChoiceField(
        label=_("Tier"), help_text=_("Cap for one buyer / cap for the year / premium for the year.")
    )
    covers_unshipped = forms.BooleanField(
        label=_("Also cover unshipped orders: one fifth of the order value"), required=False,
        help_text=_("Costs one fifth of the premium more."),
    )  # fmt: skip
    uscc = UsccField(label=_("Unified social credit code"), help_text=_("18 characters, as on the business licence."))
    exports_last_year = fields.AmountField(
        currency="USD", label=_("Exports in the last 12 months, USD"),
        help_text=_("All exports of your company, also those not covered."),
    )  # fmt: skip
    contact_name = fields.NameField(label=_("Contact person"))
    contact_phone = fields.NameField(label=_("Telephone"))
    is_truthful = forms.BooleanField(
        label=_(
            "The answers are true, and I know of no loss yet. I have read the policy terms and buy for my company."
        ),
        error_messages={"required": _("Confirm the declaration to buy.")},
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["tier"].choices = [(tier.code, in_words(tier)) for tier in tiers()]  # type: ignore[attr-defined]

    def order(self) -> Order:
        return Order(**self.cleaned_data)


def in_words(tier: Any) -> str:
    shown = (Money(amount, tier.currency) for amount in (tier.buyer_cap, tier.annual_cap, tier.premium))
    return " / ".join(str(money) for money in shown)
