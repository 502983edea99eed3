"""Premium examples beside a quote: four shipments priced by its terms, with their working (Rulebook §4.4, P1–P4)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from policies.models import RateBasis
from policies.premium import Premium, base_rate_pct, flat_premium, percentage_factor, premium, tenor_multiplier


@dataclass(frozen=True)
class Shipment:
    """A shipment to price: amount, country class, payment term group with its name, credit days."""

    name: str
    amount: Decimal
    country_class: str
    group: str
    term: str
    credit_days: int


@dataclass(frozen=True)
class Example:
    shipment: Shipment
    result: Premium


SHIPMENTS = (
    Shipment("P1", Decimal(200_000), "B", "DA_OA", "O/A", 60),
    Shipment("P2", Decimal(200_000), "B", "DA_OA", "O/A", 90),
    Shipment("P3", Decimal(500_000), "B", "LC", "L/C", 60),
    Shipment("P4", Decimal(150_000), "C", "DA_OA", "O/A", 100),
)


def examples(
    rate_basis: str, flat_rate_pct: Decimal | None, highest_ratio: Decimal, experience: Decimal, currency: str = "USD"
) -> list[Example]:
    """Each shipment by the flat rate, or by country class, term, credit period, percentage and experience."""
    return [
        Example(one, _price(one, rate_basis, flat_rate_pct, highest_ratio, experience, currency)) for one in SHIPMENTS
    ]


def _price(
    one: Shipment,
    rate_basis: str,
    flat_rate_pct: Decimal | None,
    highest_ratio: Decimal,
    experience: Decimal,
    currency: str,
) -> Premium:
    if rate_basis == RateBasis.FLAT:
        return flat_premium(one.amount, flat_rate_pct or Decimal(0), currency)
    return premium(
        one.amount, base_rate_pct(one.country_class, one.group), tenor_multiplier(one.credit_days),
        percentage_factor(highest_ratio), experience, currency,
    )  # fmt: skip
