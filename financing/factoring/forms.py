"""The factoring agreement as the bank records it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from policies.forms import UsccField
from sinosure.ui import fields
from sinosure.ui.forms import Form


class FactoringForm(Form):
    seller_name = fields.NameField(
        label=_("Seller (exporter)"), max_length=120, help_text=_("As you write it in your declarations.")
    )
    seller_uscc = UsccField(label=_("Unified social credit code"), max_length=60)
    number = fields.NameField(label=_("Number of the factoring agreement"), max_length=60)
    signed_on = fields.DateField(label=_("Signed on"))
