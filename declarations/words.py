"""How a declaration is called under each product: an exporter declares shipments, a bank what it bought (§1.1, premium basis)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from policies.wording import Terms

_LABELS: dict[str, dict[str, tuple[Any, Any]]] = {
    "ASSIGNED_RECEIVABLES": {
        "obligor": (_("Debtor, under an L/C the issuing bank"), ""),
        "shipped_on": (_("Date of assignment"), _("The day you bought the receivable; cover and premium follow it.")),
        "due_on": (_("Due date"), _("Empty: date of assignment plus the credit period.")),
        "credit_days": (_("Days from assignment to due date"), ""),
        "seller": (_("Seller (exporter)"), _("Who assigned the receivable to you.")),
        "amount": (_("Amount of the receivable"), ""),
        "deposit": (_("Paid before the assignment"), ""),
        "contract_no": (_("Factoring contract number"), ""),
    },
    "PURCHASED_AMOUNT": {
        "obligor": (_("Debtor bank"), _("The bank that issued, pays or accepted. Those with a limit under this policy.")),
        "other_code": (_("Code or BIC of another bank"), ""),
        "shipped_on": (_("Date of purchase"), _("The day you bought the claim without recourse; cover and premium follow it.")),
        "due_on": (_("Due date"), _("Empty: date of purchase plus the credit period.")),
        "credit_days": (_("Days from purchase to due date"), ""),
        "seller": (_("Seller (exporter)"), _("Who sold the claim to you.")),
        "amount": (_("Amount of the claim"), ""),
        "deposit": (_("Paid before the purchase"), ""),
        "contract_no": (_("Forfaiting contract number"), ""),
        "knows_of_loss": (_("Is any claim on this bank overdue, or do you know of anything that may cause a loss?"), ""),
    },
}  # fmt: skip
_TITLES: dict[str, Any] = {
    "ASSIGNED_RECEIVABLES": _("Declare an assigned receivable"),
    "PURCHASED_AMOUNT": _("Declare a purchased claim"),
}


def labels_of(wording: Terms) -> dict[str, tuple[Any, Any]]:
    """Field -> label and help, where they differ from those of a shipment."""
    return _LABELS.get(str(wording.value("premium_basis")), {})


def title_of(wording: Terms) -> Any:
    return _TITLES.get(str(wording.value("premium_basis")), _("Declare a shipment"))


def day_label(wording: Terms) -> Any:
    """What the day is called on which cover begins."""
    return labels_of(wording).get("shipped_on", (_("Shipment date"), ""))[0]
