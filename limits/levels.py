"""The four levels of LIM-15 as rows, so that they can be changed without a release."""

from __future__ import annotations

from limits.authority import CEILINGS_USD, COMMITTEE, QUORUM
from limits.models import AuthorityLevel


def load_levels() -> None:
    """Write the levels that are missing; those that somebody changed stay."""
    for level in (*CEILINGS_USD, COMMITTEE):
        AuthorityLevel.objects.get_or_create(
            level=level,
            defaults={"ceiling_usd": CEILINGS_USD.get(level), "quorum": QUORUM if level == COMMITTEE else 1},
        )
