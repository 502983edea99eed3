"""A regional scheme: Shang of the commerce bureau, Cai and Kuai of the finance bureau; Yunshan is in the pooled platform."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from financing.microloan import drawing
from financing.models import CreditLine, CreditProduct, Loan, RegionalScheme, SchemeCase
from financing.schemes import fund, services
from financing.schemes.seed import Sponsors, load_scheme
from policies.models import Policy
from sinosure.core import clock
from sinosure.reference.models import Office
from tests.factories.microloan import an_active_line, an_applicant, an_application, an_invoice_to_draw_on
from tests.factories.people import actor, organisation
from tests.factories.pooled import a_bare_member, a_bare_platform

BANK_OF = {"INSURANCE": "minhai", "GUARANTEE": "jiangwan"}


def a_scheme(balance: int = 1_000_000) -> RegionalScheme:
    """Bank 20, guarantor 40, fund 40; CNY 1,000,000 in the fund; at most 2,000,000 a firm."""
    for bank in BANK_OF.values():
        organisation(bank)
    sponsors = Sponsors(organisation("swj"), organisation("czj"), Office.objects.get(code="12"))
    scheme = load_scheme(sponsors, clock.today() - timedelta(days=400))
    if balance:
        a_top_up(scheme, balance)
    scheme.refresh_from_db()
    return scheme


def a_top_up(scheme: RegionalScheme, amount: int | Decimal, reference: str = "") -> None:
    """Cai enters it, Kuai confirms."""
    reference = reference or f"CZ-{scheme.top_ups.count() + 1}"
    row = fund.propose(actor=actor("cai"), scheme_id=scheme.pk, amount=Decimal(amount), reference=reference)
    fund.decide(actor=actor("kuai"), top_up_id=row.pk, action="confirm")


def a_member() -> Policy:
    """Yunshan with its micro policy, on the platform's list."""
    policy = an_applicant()
    platform = a_bare_platform(starts_on=policy.starts_on, ends_on=policy.ends_on)
    period = DateRange(policy.starts_on, policy.ends_on, "[]")
    a_bare_member(platform, organisation=organisation("yunshan"), policy=policy, period=period, state="ISSUED")
    return policy


def a_product(scheme: RegionalScheme, backing: str = "INSURANCE") -> CreditProduct:
    return scheme.products.get(backing=backing).product


def a_scheme_application(
    scheme: RegionalScheme, asked: int = 650_000, backing: str = "INSURANCE", **changes: Any
) -> CreditLine:
    """Enterprise C of the handbook: exports of about USD 1 million, a line of CNY 650,000."""
    named = {"product_id": a_product(scheme, backing).pk, "bank": BANK_OF[backing], **changes}
    return an_application(asked, **named)


def an_overdue_loan(scheme: RegionalScheme, principal: int = 40_000, asked: int = 300_000) -> Loan:
    """USD 40,000 on an invoice of 50,000, drawn 100 days ago under the insured product, matured ten days ago."""
    with clock.frozen(clock.today() - timedelta(days=100)):
        a_member()
        line = an_active_line(a_scheme_application(scheme, asked))
        shipment = an_invoice_to_draw_on(line)
        return drawing.draw(actor=actor("wu"), line_id=line.pk, shipment_id=shipment.pk, principal=Decimal(principal))


def a_case(scheme: RegionalScheme, loan: Loan | None = None) -> SchemeCase:
    return services.report(actor=actor("li"), loan_id=(loan or an_overdue_loan(scheme)).pk)
