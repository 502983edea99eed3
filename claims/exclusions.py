"""PRD-7: the exclusions as a checklist. Each is a yes or no with its evidence; “no” until somebody says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sinosure.ui.forms import Form

EXCLUSIONS: dict[str, Any] = {
    "FX_LOSS": _("Exchange rate loss"),
    "BREACH": _("Breach, fraud or illegality of the insured or its agent"),
    "AGENT_INSOLVENCY": _("Insolvency of the insured's agent"),
    "KNOWN_RISK": _("Shipped after the risk or the buyer's fundamental breach was known"),
    "OTHER_INSURANCE": _("Loss normally insured elsewhere, such as cargo"),
    "LICENCES": _("Missing licences or permits"),
    "BUYER_AGENT": _("Acts of the buyer's agent"),
    "RELEASE": _("Bank, carrier or forwarder released documents or goods without authority"),
    "LC_DOCUMENTS": _("L/C: documents did not comply, were lost or delayed, or the L/C was false or void"),
    "RELATED": _("Related-party buyer (commercial risks)"),
    "NO_LIMIT": _("No valid limit at shipment"),
    "UNDECLARED": _("Not declared, or premium not paid"),
}


class ExclusionsForm(Form):
    """A checkbox and a line of evidence for each exclusion."""

    def __init__(self, *args: Any, found: Mapping[str, Mapping[str, Any]], **named: Any) -> None:
        super().__init__(*args, **named)
        for code, label in EXCLUSIONS.items():
            earlier = found.get(code, {})
            self.fields[f"{code}_triggered"] = forms.BooleanField(
                label=label, required=False, initial=earlier.get("triggered", False)
            )
            self.fields[f"{code}_evidence"] = forms.CharField(
                label=_("Evidence"), required=False, max_length=300, initial=earlier.get("evidence", "")
            )

    def findings(self) -> dict[str, tuple[bool, str]]:
        data = self.cleaned_data
        return {code: (data[f"{code}_triggered"], data[f"{code}_evidence"]) for code in EXCLUSIONS}
