"""Money: an exact amount with its currency, never summed across currencies, rounded once at the named step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import format_decimal, get_currency_precision


@lru_cache(maxsize=256)
def decimals_of(currency: str) -> int:
    """How many decimals a currency has: 0 for JPY, 2 for USD, 3 for KWD."""
    return get_currency_precision(currency)


@lru_cache(maxsize=256)
def minor_unit(currency: str) -> Decimal:
    """The smallest step of a currency: 1 for JPY, 0.01 for USD, 0.001 for KWD."""
    return Decimal(1).scaleb(-decimals_of(currency))


def round_money(amount: Decimal, currency: str) -> Decimal:
    """`amount` rounded half-up to the minor unit; never the negative zero."""
    return amount.quantize(minor_unit(currency), ROUND_HALF_UP) or minor_unit(currency) * 0


@dataclass(frozen=True)
class Money:
    """An amount in one currency. Adding or comparing two currencies raises ValueError; a float raises TypeError."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if isinstance(self.amount, float):
            raise TypeError("money is never a float")

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(Decimal(0), currency)

    @classmethod
    def total(cls, amounts: Iterable[Money], currency: str) -> Money:
        """The sum of amounts that are all in `currency`; zero for none."""
        return sum(amounts, cls.zero(currency))

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other).amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other).amount

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other).amount

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other).amount

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other).amount

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{self.currency} {format_amount(self.amount, self.currency)}"

    def rounded(self) -> Money:
        return Money(round_money(self.amount, self.currency), self.currency)

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added or compared")
        return other


def format_amount(amount: Decimal, currency: str, language: str = "en") -> str:
    """1,234.50: grouped, rounded half-up to the decimals of the currency."""
    places = decimals_of(currency)
    pattern = "#,##0" + ("." + "0" * places if places else "")
    locale = "zh_Hans" if language.startswith("zh") else "en"
    return format_decimal(round_money(Decimal(amount), currency), format=pattern, locale=locale)


def split_pro_rata(amount: Decimal, weights: list[Decimal], currency: str) -> list[Decimal]:
    """`amount` split by weight to the minor unit; the parts add up to the rounded amount, no cent lost.

    Each part is the difference of two rounded running totals, so it is at most one minor unit off its exact share.
    """
    whole = sum(weights, Decimal(0))
    if not whole:
        return [minor_unit(currency) * 0 for _ in weights]
    parts, running, given = [], Decimal(0), Decimal(0)
    for weight in weights:
        running += weight
        upto = round_money(amount * running / whole, currency)
        parts.append(upto - given)
        given = upto
    return parts
