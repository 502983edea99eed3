"""What the insurer carries on one obligor and one country over all policies, in USD, against its own caps (LIM-14)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from credit_info.models import Obligor
from limits.models import BuyerCap, CountryCap
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.reference.services import convert

# per limit the highest amount that any version in force or still to come grants
_GRANTED = """
    SELECT currency, SUM(amount) FROM (
        SELECT l.id, l.currency, MAX(v.amount) AS amount
        FROM limits_creditlimit l
        JOIN limits_creditlimitversion v ON v.limit_id = l.id AND upper(v.validity) > %(today)s
        JOIN credit_info_obligor o ON o.id = l.obligor_id
        WHERE {scope} AND l.id IS DISTINCT FROM %(without)s
        GROUP BY l.id, l.currency) granted
    GROUP BY currency
"""


@dataclass(frozen=True)
class CapUse:
    """One cap: `cap` None means that none was set. Amounts in USD; `granted` leaves out the limit under decision."""

    cap: Decimal | None
    granted: Decimal
    asked: Decimal

    @property
    def after(self) -> Decimal:
        return self.granted + self.asked

    @property
    def is_over(self) -> bool:
        return self.cap is not None and self.after > self.cap

    @property
    def free(self) -> Decimal | None:
        return None if self.cap is None else max(Decimal(0), self.cap - self.granted)


@dataclass(frozen=True)
class Exposure:
    """Both caps with `asked` added on top."""

    buyer: CapUse
    country: CapUse

    @property
    def is_over(self) -> bool:
        return self.buyer.is_over or self.country.is_over


def in_usd(amount: Decimal, currency: str) -> Decimal:
    return convert(Money(amount, currency), "USD", clock.today()).amount


def exposure(obligor: Obligor, asked_usd: Decimal, *, without_limit: int | None = None, lock: bool = False) -> Exposure:
    """What is granted on the obligor and its country, and what a decision of `asked_usd` would make of it.

    With `lock` the cap rows are held until the commit, country before buyer, so that two decisions queue up.
    """
    country_cap = _cap(CountryCap, obligor.country_id, lock)
    buyer_cap = _cap(BuyerCap, obligor.pk, lock)
    on_country = granted_usd("o.country_id = %(of)s", obligor.country_id, without_limit)
    on_buyer = granted_usd("o.id = %(of)s", obligor.pk, without_limit)
    return Exposure(
        buyer=CapUse(buyer_cap.amount if buyer_cap else None, on_buyer, asked_usd),
        country=CapUse(country_cap.amount if country_cap else None, on_country, asked_usd),
    )


def keep_granted(obligor: Obligor) -> None:
    """Write what the cap rows carry now; the rows are locked by `exposure(lock=True)`."""
    CountryCap.objects.filter(pk=obligor.country_id).update(
        granted=granted_usd("o.country_id = %(of)s", obligor.country_id, None)
    )
    BuyerCap.objects.filter(pk=obligor.pk).update(granted=granted_usd("o.id = %(of)s", obligor.pk, None))


def _cap(model: Any, key: Any, lock: bool) -> Any:
    rows = model.objects.filter(pk=key)
    return (rows.select_for_update() if lock else rows).first()


def granted_usd(scope: str, of: Any, without: int | None) -> Decimal:
    """Σ of what limits in `scope` grant, at the rates of today."""
    with connection.cursor() as cursor:
        cursor.execute(_GRANTED.format(scope=scope), {"of": of, "today": clock.today(), "without": without})
        return sum((in_usd(amount, currency) for currency, amount in cursor.fetchall()), Decimal(0))
