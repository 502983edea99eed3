"""信保贷 of Yunshan: Wu applies, signs and draws; Li offers and Wang signs for Minhai Bank; Zhou signs for the insurer."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from declarations.models import Shipment
from financing import services as financing
from financing.microloan import drawing, services
from financing.microloan.seed import load_products
from financing.models import CreditLine, CreditProduct, Loan
from policies.models import Policy
from sinosure.core import clock
from tests.factories.micro import a_micro_policy
from tests.factories.people import actor, organisation

_next = count(1)
BUYER = "Bac Ninh Mushroom Trading Co., Ltd."


def a_product(bank: str = "minhai") -> CreditProduct:
    """Minhai's: at most CNY 2,000,000, offered at once up to 500,000, 180 days; grade A 3.45 %."""
    organisation(bank)
    load_products()
    return CreditProduct.objects.get(bank__code=bank, of_scheme=None)


def an_applicant(days: int = 200, **order: Any) -> Policy:
    """Insured for 200 days, exports of USD 1,000,000, nothing registered: 12 + 20 + 25 + 15 + 7 + 6 = 85, grade A."""
    return a_micro_policy(starts_on=clock.today() - timedelta(days=days), **order)


def an_application(asked: int = 300_000, bank: str = "minhai", **changes: Any) -> CreditLine:
    """Up to CNY 500,000 the model offers at once; above that the application waits for the bank."""
    product = a_product(bank)
    if not Policy.objects.filter(policyholder=organisation("yunshan")).exists():
        an_applicant()
    named = {"product_id": product.pk, "asked": Decimal(asked), "tenor_days": 120, "authorises": True}
    return services.apply(actor=actor("wu"), **{**named, **changes})


def a_referred_application() -> CreditLine:
    return an_application(650_000)


def an_offer_by_the_bank(amount: int = 650_000) -> CreditLine:
    line = a_referred_application()
    return services.offer(
        actor=actor("li"), line_id=line.pk, amount=Decimal(amount), rate_pct=Decimal("3.45"), tenor_days=120
    )


def a_signed_line(line: CreditLine | None = None) -> CreditLine:
    return services.sign(actor=actor("wu"), line_id=(line or an_application()).pk)


def an_active_line(line: CreditLine | None = None) -> CreditLine:
    """All three have signed."""
    signed = a_signed_line(line)
    signed = services.sign_bank(actor=actor("wang"), line_id=signed.pk)
    financing.sign_insurer(actor=actor("zhou"), agreement_id=signed.agreement_id)
    signed.refresh_from_db()
    return signed


def an_invoice_to_draw_on(line: CreditLine, amount: int = 50_000, **changes: Any) -> Shipment:
    """USD 50,000 on the Vietnamese buyer, shipped today, due in 60 days."""
    today = clock.today()
    named: dict[str, Any] = {
        "buyer": BUYER, "country": "VN", "invoice_no": f"YS-{next(_next):04d}", "amount": Decimal(amount), "currency": "USD",
        "shipped_on": today, "due_on": today + timedelta(days=60),
    }  # fmt: skip
    invoice = drawing.Invoice(**{**named, **changes})
    return drawing.register_invoice(actor=actor("wu"), line_id=line.pk, invoice=invoice)


def a_drawn_loan(line: CreditLine | None = None, principal: int = 40_000) -> Loan:
    """80 % of the invoice."""
    line = line or an_active_line()
    shipment = an_invoice_to_draw_on(line)
    return drawing.draw(actor=actor("wu"), line_id=line.pk, shipment_id=shipment.pk, principal=Decimal(principal))
