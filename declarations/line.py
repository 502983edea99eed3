"""What is declared about one shipment, and the checks that need no database (DEC-1, DEC-2, AMB-4, PRD-2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from declarations.due import exceeds_two_years
from sinosure.core.errors import DomainError

ZERO = Decimal(0)
FX_PLACES = Decimal("0.00000001")  # of a rate kept with what was declared
LC_TERMS = ("LC_SIGHT", "LC_USANCE")


@dataclass(frozen=True)
class Line:
    """One shipment as declared; amounts in `currency`. `obligor_id` is the buyer, under an L/C the issuing bank."""

    obligor_id: int
    term: str
    credit_days: int
    invoice_no: str
    shipped_on: date
    due_on: date
    amount: Decimal
    currency: str
    destination: str
    deposit: Decimal = ZERO
    kind: str = "GOODS"
    contract_no: str = ""
    transport_no: str = ""
    customs_no: str = ""
    hs_code: str = ""
    description: str = ""
    lc_no: str = ""
    buyer_id: int | None = None
    financing_bank_id: int | None = None
    shares_transport: bool = False
    knows_of_loss: bool = False
    seller: str = ""
    aval_no: str = ""
    acceptance_no: str = ""  # of a service: the paper by which the buyer accepted it (PRD-2)
    affiliate: str = ""  # the code of the co-insured company that shipped (PRD-3)


def check_line(line: Line, today: date) -> None:
    """Raises DomainError at the first field that cannot be right, whatever the policy says."""
    for wrong, code, message, field in _checks(line, today):
        if wrong:
            raise DomainError(code, message, field=field)


def _checks(line: Line, today: date) -> list[tuple[bool, str, Any, str]]:
    is_lc, is_service = line.term in LC_TERMS, line.kind == "SERVICE"
    return [
        (line.shipped_on > today, "future_shipment",
         _("The shipment date lies in the future. Declare it when the goods have left."), "shipped_on"),
        (line.due_on < line.shipped_on, "due_before_ship",
         _("The due date lies before the shipment date."), "due_on"),
        (exceeds_two_years(line.shipped_on, line.due_on) or line.credit_days > 730, "tenor_exceeds_2y",
         _("The credit period is longer than two years, which no policy covers."), "due_on"),
        (line.deposit >= line.amount, "deposit_too_large",
         _("The deposit must be smaller than the invoice."), "deposit"),
        (is_service and bool(line.transport_no), "service_with_transport",
         _("A service has no transport document. Leave the field empty or declare goods."), "transport_no"),
        (is_service and bool(line.hs_code), "service_with_hs_code",
         _("A service has no HS code. Leave the field empty or declare goods."), "hs_code"),
        (is_service and not line.description, "service_without_description",
         _("Describe the service that was performed."), "description"),
        (is_service and not line.acceptance_no, "service_without_acceptance",
         _("Name the paper by which the buyer accepted the service."), "acceptance_no"),
        (is_lc and not line.lc_no, "lc_without_number",
         _("Give the number of the letter of credit."), "lc_no"),
    ]  # fmt: skip
