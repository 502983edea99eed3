"""Who may borrow under a scheme, and until when it lends (Rulebook §8.7)."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from financing.microloan.models import CreditProduct
from financing.schemes.models import CaseState, RegionalScheme, SchemeCase, SchemeProduct, SchemeTerms
from policies.models import Policy
from policies.pooled.selectors import is_pooled_member
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.money import Money

ZERO = Decimal(0)


def scheme_product(product: CreditProduct) -> SchemeProduct | None:
    """The scheme that the product belongs to, if any."""
    return SchemeProduct.objects.select_related("scheme").filter(product=product).first()


def terms_of(scheme: RegionalScheme) -> SchemeTerms:
    """The version in force today."""
    rows = SchemeTerms.objects.filter(scheme=scheme, valid_from__lte=clock.today()).order_by("-version")
    return rows[0]


def expected_losses(scheme: RegionalScheme) -> Decimal:
    """What reported cases will take from the fund if no indemnity is paid."""
    rows = SchemeCase.objects.filter(scheme=scheme, state=CaseState.REPORTED)
    return rows.aggregate(total=Sum("fund_expected"))["total"] or ZERO


def is_stopped(scheme: RegionalScheme) -> bool:
    """The fund is used up: nothing is left, or more is reported than it holds."""
    return scheme.fund_balance <= 0 or expected_losses(scheme) > scheme.fund_balance


def refuse(product: CreditProduct, policy: Policy, asked: Decimal) -> None:
    """Raises `not_pooled`, `above_scheme`, `fund_used_up`; nothing for a product outside any scheme."""
    found = scheme_product(product)
    if found is None:
        return
    terms = terms_of(found.scheme)
    if terms.needs_pooled_cover and not is_pooled_member(policy.policyholder_id, clock.today()):
        message = _(
            "%(scheme)s is for firms that are insured through the pooled platform of the region. Ask the commerce bureau to admit you."
        )
        raise DomainError("not_pooled", message, field="product", status=409, scheme=found.scheme.name)
    if asked > terms.max_loan:
        message = _("One firm borrows at most %(most)s under this scheme.")
        raise DomainError("above_scheme", message, field="asked", most=Money(terms.max_loan, found.scheme.currency))
    refuse_stopped(product)


def refuse_stopped(product: CreditProduct) -> None:
    """No new loan once the fund is used up; what was lent stays as agreed."""
    found = scheme_product(product)
    if found is not None and is_stopped(found.scheme):
        message = _(
            "The risk fund of %(scheme)s is used up. New loans begin again when the finance bureau has topped it up."
        )
        raise DomainError("fund_used_up", message, field="product", status=409, scheme=found.scheme.name)
