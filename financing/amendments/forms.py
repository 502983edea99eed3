"""The form of an amendment: scope, account and last day as they are agreed now, to be changed. Rules are in services."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from financing.forms import TermsForm
from financing.models import Agreement
from sinosure.ui import fields


class AmendForm(TermsForm):
    """Bank and kind of the assignment stay; another bank needs another agreement."""

    reason = fields.CommentField(label=_("Why it is amended"), max_length=500)
    field_order = ("version", "reason")

    def values(self) -> dict[str, Any]:
        return {**super().values(), "reason": self.cleaned_data["reason"], "version": self.cleaned_data["version"]}


def amend_initial(agreement: Agreement) -> dict[str, Any]:
    names = ("account_name", "account_bank", "account_no", "ends_on", "version", "countries", "obligors")
    return {"invoices": "\n".join(agreement.invoices), **{name: getattr(agreement, name) for name in names}}
