"""What a bank declares: receivables assigned to it, or claims it bought without recourse (§1.1, columns BANK and FORFAITING).

Such a line is a shipment line read with other words: `shipped_on` is the day of assignment or purchase, from which the
exposure runs (§3, LIM-5), `seller` the exporter who sold it, `lc_no` or `aval_no` the paper on which a bank owes it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from declarations.line import LC_TERMS, Line
from declarations.sellers import Seller
from policies.wording import Terms
from sinosure.core.errors import DomainError


def check_purchase(line: Line, wording: Terms, sellers: Iterable[Seller]) -> None:
    """Raises DomainError at the first field that does not fit what the product buys; nothing for an exporter's product.

    `sellers` are those with a factoring agreement under the policy.
    """
    if line.term not in wording.value("payment_terms"):
        raise DomainError("term_not_covered", _("This product does not cover this payment term."), field="term")
    if not wording.buys_claims:
        return
    if not line.seller:
        raise DomainError("seller_missing", _("Name the exporter who sold you this receivable."), field="seller")
    if wording.needs_factoring:
        _refuse_without_agreement(line, sellers)
    if line.due_on <= line.shipped_on:
        message = _("Only receivables that were not yet due on the day you bought them are covered.")
        raise DomainError("bought_when_due", message, field="due_on")
    if wording.covers_banks_only and line.term not in LC_TERMS and not line.aval_no:
        message = _("Without an L/C the claim needs a draft that the bank accepted or avalised. Give its reference.")
        raise DomainError("aval_missing", message, field="aval_no")


def _refuse_without_agreement(line: Line, sellers: Iterable[Seller]) -> None:
    if any(one.name == line.seller and one.since <= line.shipped_on for one in sellers):
        return
    message = _(
        "No factoring agreement with %(seller)s of %(day)s or earlier is recorded under this policy. Record it first."
    )
    raise DomainError(
        "no_factoring_agreement", message, field="seller", status=409, seller=line.seller, day=line.shipped_on
    )
