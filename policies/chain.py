"""The chain of policies that renewals make: numbers, what each cost and brought, and what the next one may be (PRD-1)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from policies import above
from policies.experience import History, Suggestion, suggest
from policies.models import Policy, Product
from policies.seed import current_wordings

LONGEST = 20


@dataclass(frozen=True)
class Link:
    """One policy of the chain."""

    policy: Policy
    premium: Decimal
    paid: Decimal
    is_here: bool


def chain(policy: Policy) -> list[Link]:
    """The policies before and after, the oldest first."""
    rows = [*_before(policy)[::-1], policy, *_after(policy)]
    return [Link(row, above.premium_of(row.pk), _paid(row), row.pk == policy.pk) for row in rows]


def _before(policy: Policy) -> list[Policy]:
    found: list[Policy] = []
    while policy.renewed_from is not None and len(found) < LONGEST:
        policy = policy.renewed_from
        found.append(policy)
    return found


def _after(policy: Policy) -> list[Policy]:
    found: list[Policy] = []
    while len(found) < LONGEST:
        following = policy.renewals.exclude(state__in=["DECLINED", "LAPSED_QUOTE", "DRAFT"]).first()
        if following is None:
            return found
        found.append(following)
        policy = following
    return found


def _paid(policy: Policy) -> Decimal:
    counter = getattr(policy, "liability", None)
    return counter.paid_total if counter else Decimal(0)


def suggestion(policy: Policy) -> Suggestion | None:
    """For a renewal: the experience factor out of the policies before it in the same currency; None for a first policy."""
    earlier = [row for row in _before(policy) if row.currency == policy.currency and row.signed_at]
    if not earlier:
        return None
    premium = sum((above.premium_of(row.pk) for row in earlier), Decimal(0))
    history = History(len(earlier), premium, sum(map(_paid, earlier), Decimal(0)), policy.currency)
    terms = policy.wording.named
    return suggest(history, terms.number("experience_low"), terms.number("experience_high"))


def next_products(policy: Policy) -> list[tuple[str, Any]]:
    """(product, label) a renewal may be for: the same, and the next rung of the ladder once it is sold."""
    following = policy.wording.named.value("upgrade_to")
    found = [policy.product, *([following] if following else [])]
    wordings = current_wordings()
    return [(name, Product(name).label) for name in found if wordings[name].named.value("is_sold")]
