"""What a bank declares: receivables assigned to it, or claims it bought without recourse (§1.1, columns BANK and FORFAITING).

Such a line is a shipment line read with other words: `shipped_on` is the day of assignment or purchase, from which the
exposure runs (§3, LIM-5), `seller` the exporter who sold it, `lc_no` or `aval_no` the paper on which a bank owes it.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from declarations.line import LC_TERMS, Line
from policies.wording import Terms
from sinosure.core.errors import DomainError


def check_purchase(line: Line, wording: Terms) -> None:
    """Raises DomainError at the first field that does not fit what the product buys; nothing for an exporter's product."""
    if line.term not in wording.value("payment_terms"):
        raise DomainError("term_not_covered", _("This product does not cover this payment term."), field="term")
    if not wording.buys_claims:
        return
    if not line.seller:
        raise DomainError("seller_missing", _("Name the exporter who sold you this receivable."), field="seller")
    if line.due_on <= line.shipped_on:
        message = _("Only receivables that were not yet due on the day you bought them are covered.")
        raise DomainError("bought_when_due", message, field="due_on")
    if wording.covers_banks_only and line.term not in LC_TERMS and not line.aval_no:
        message = _("Without an L/C the claim needs a draft that the bank accepted or avalised. Give its reference.")
        raise DomainError("aval_missing", message, field="aval_no")
