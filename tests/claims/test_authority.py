"""§6.9: who may decide a claim of which size."""

from __future__ import annotations

from decimal import Decimal

import pytest

from claims.authority import level_needed


@pytest.mark.parametrize(
    ("amount", "level"),
    [
        ("0", 1), ("100000", 1), ("100000.01", 2), ("300000", 2), ("300000.01", 3), ("1000000", 3), ("1000000.01", 4),
        ("750000", 3),
    ],
)  # fmt: skip
def test_the_level_follows_the_amount(amount, level):
    assert level_needed(Decimal(amount)) == level


def test_a_branch_over_its_premium_plan_has_no_authority():
    assert level_needed(Decimal("50000"), branch_exhausted=True) == 2
    assert level_needed(Decimal("500000"), branch_exhausted=True) == 3
