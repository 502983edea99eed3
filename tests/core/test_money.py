"""Money is exact: one currency at a time, rounded half-up once, split without losing a cent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinosure.core.money import Money, decimals_of, format_amount, minor_unit, round_money, split_pro_rata

amounts = st.decimals(min_value=0, max_value=10**12, places=2)


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


@pytest.mark.parametrize(("currency", "unit"), [("JPY", "1"), ("USD", "0.01"), ("KWD", "0.001")])
def test_each_currency_has_its_minor_unit(currency, unit):
    assert minor_unit(currency) == Decimal(unit)
    assert decimals_of(currency) == -Decimal(unit).as_tuple().exponent


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("0.005", "USD", "0.01"),
        ("0.0049", "USD", "0.00"),
        ("0.5", "JPY", "1"),
        ("1.2345", "KWD", "1.235"),
        ("-0.005", "USD", "-0.01"),
    ],
)
def test_rounding_is_half_up_to_the_minor_unit(amount, currency, rounded):
    assert str(round_money(Decimal(amount), currency)) == rounded


def test_rounding_never_leaves_a_negative_zero():
    assert str(round_money(Decimal("-0.001"), "USD")) == "0.00"


def test_the_same_currency_adds_and_compares():
    assert usd("1.10") + usd("2.20") == usd("3.30")
    assert usd("3") - usd("5") == usd("-2")
    assert usd("1") < usd("2") <= usd("2")
    assert usd("3") > usd("2") >= usd("2")
    assert Money.total([usd("1"), usd("2")], "USD") == usd("3")
    assert Money.total([], "EUR") == Money.zero("EUR")
    assert -usd("1") == usd("-1")
    assert not Money.zero("USD")


@pytest.mark.parametrize("operation", ["__add__", "__sub__", "__lt__", "__le__", "__gt__", "__ge__"])
def test_two_currencies_never_meet(operation):
    with pytest.raises(ValueError, match="USD and EUR"):
        getattr(usd("1"), operation)(Money(Decimal(1), "EUR"))


def test_a_float_is_not_money():
    with pytest.raises(TypeError):
        Money(0.1, "USD")


def test_amounts_are_shown_grouped_with_the_decimals_of_their_currency():
    assert format_amount(Decimal("1234567.5"), "USD") == "1,234,567.50"
    assert format_amount(Decimal("1234567.5"), "JPY", "zh-hans") == "1,234,568"
    assert str(usd("72000").rounded()) == "USD 72,000.00"


@given(amounts, st.lists(amounts, min_size=1, max_size=12))
def test_a_split_adds_up_to_the_cent(amount, weights):
    parts = split_pro_rata(amount, weights, "USD")
    assert sum(parts) == (amount if any(weights) else 0)
    assert all(part >= 0 for part in parts)


def test_a_split_by_thirds_loses_nothing():  # 100.00 / 3: 33.33 + 33.34 + 33.33
    assert split_pro_rata(Decimal(100), [Decimal(1)] * 3, "USD") == [
        Decimal("33.33"),
        Decimal("33.34"),
        Decimal("33.33"),
    ]
