"""The three indicators as coarse aggregates, so that no buyer and no single deal can be told from them (FIN-4)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_STEPS = (Decimal(1), Decimal(2), Decimal(5))
_FIVE = Decimal(5)
SMALLEST_SHARE = 5  # per cent; smaller countries are told together
TOP = 5


def band(amount: Decimal) -> tuple[Decimal, Decimal]:
    """The band of the ladder 1, 2, 5, 10, 20, 50 … that holds the amount: lower bound included, upper not. 0 below 1."""
    if amount < 1:
        return Decimal(0), Decimal(1)
    power = Decimal(10) ** (len(str(int(amount))) - 1)
    ladder = [step * power for step in (*_STEPS, Decimal(10))]
    upper = next(one for one in ladder if amount < one)
    return ladder[ladder.index(upper) - 1], upper


def to_five(share: Decimal) -> int:
    """A percentage rounded to the nearest 5."""
    return int((share / _FIVE).quantize(Decimal(1), ROUND_HALF_UP) * _FIVE)


def _shares(values: Mapping[Any, Decimal]) -> dict[Any, Decimal]:
    total = sum(values.values(), Decimal(0))
    return {key: value / total * 100 for key, value in values.items()} if total else {}


def scale(limits: Decimal, declared: Decimal, currency: str) -> dict[str, Any]:
    """Limits in force and what was declared in a year, as bands of `currency`."""
    return {
        "currency": currency, "limits": [str(one) for one in band(limits)], "declared": [str(one) for one in band(declared)],
    }  # fmt: skip


def countries(values: Mapping[str, Decimal]) -> list[list[Any]]:
    """[country, per cent to the nearest 5], the largest first; those below 5 % together as an empty code."""
    shares = _shares(values)
    shown = [[code, to_five(share)] for code, share in sorted(shares.items(), key=lambda one: (-one[1], one[0]))]
    large = [row for row in shown if row[1] >= SMALLEST_SHARE and shares[row[0]] >= SMALLEST_SHARE]
    rest = sum((share for code, share in shares.items() if code not in {row[0] for row in large}), Decimal(0))
    return [*large, ["", to_five(rest)]] if rest else large


def buyers(values: Mapping[Any, Decimal]) -> dict[str, Any]:
    """How many (a band), the share of the five largest (to 5 %), and the Herfindahl index (to 100, of 10,000)."""
    shares = sorted(_shares(values).values(), reverse=True)
    index = sum((share * share for share in shares), Decimal(0))
    return {
        "count": [int(one) for one in band(Decimal(len(shares)))],
        "top_five": to_five(sum(shares[:TOP], Decimal(0))),
        "concentration": int((index / 100).quantize(Decimal(1), ROUND_HALF_UP) * 100),
    }
