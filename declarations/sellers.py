"""The exporters whose receivables a bank may declare: those with which it has a factoring agreement (§8.3, steps 2, 4, 5).

The agreements are kept above; `AppConfig.ready()` there registers who answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from policies.models import Policy


@dataclass(frozen=True)
class Seller:
    """As the bank writes the name; `since` is the day on which the agreement was signed."""

    name: str
    since: date


Ask = Callable[[int], Iterable[Seller]]
_SOURCES: dict[str, Ask] = {}


def register(name: str, ask: Ask) -> None:
    """`ask(policy_id)` gives every seller with an agreement under the policy."""
    _SOURCES[name] = ask


def sellers_of(policy: Policy) -> tuple[Seller, ...]:
    """Empty for a product that needs no factoring agreement."""
    if not policy.wording.named.needs_factoring:
        return ()
    return tuple(seller for ask in _SOURCES.values() for seller in ask(policy.pk))
