"""Which limit covers a shipment, on which terms, or why none does (LIM-6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from credit_info.models import Obligor
from limits.availability import LimitTerms, mismatch, term_group
from limits.models import CreditLimit, CreditLimitVersion, LimitStop, TermGroup
from policies.models import Policy
from sinosure.core import clock

_LEAST_TO_SAY = ("TENOR_LONGER", "TERM_RISKIER", "AFTER_VALIDITY", "BEFORE_VALIDITY", "NO_LIMIT")


@dataclass(frozen=True)
class LimitMatch:
    """`reason` is "" when the limit covers the shipment, else the name of a cover reason of the declaration.

    `ceiling`: the amount in force on the shipment date, to hand to `draw`. `despite_stop`: cover is stopped now, but the
    goods left before. STOPPED comes with limit and version, so that the line can be tied to it. `is_needless`: the product
    covers without a limit.
    """

    limit: CreditLimit | None = None
    version: CreditLimitVersion | None = None
    reason: str = "NO_LIMIT"
    despite_stop: bool = False
    is_needless: bool = False

    @property
    def covers(self) -> bool:
        return not self.reason

    @property
    def ceiling(self) -> Decimal:
        return self.version.amount if self.version else Decimal(0)


def limit_for(*, policy: Policy, obligor: Obligor, term: str, credit_days: int, shipped_on: date) -> LimitMatch:
    """The limit on which a shipment may draw. `obligor` is the buyer, for an L/C the issuing bank."""
    if not policy.wording.named.value("requires_limit"):
        return LimitMatch(reason="", is_needless=True)
    limits = _candidates(policy.pk, obligor.pk, term)
    answers = [_answer(limit, term, credit_days, shipped_on) for limit in limits]
    best = min(answers, key=_how_far, default=LimitMatch())
    return _with_stops(best, shipped_on) if best.covers else best


def _candidates(policy_id: int, obligor_id: int, term: str) -> list[CreditLimit]:
    """Limits of the same side (bank for L/C, buyer otherwise), the shipment's own group first."""
    rows = CreditLimit.objects.filter(policy=policy_id, obligor=obligor_id).prefetch_related("versions", "stops")
    group = term_group(term)
    same_side = [row for row in rows if (row.term_group == TermGroup.LC) == (group == TermGroup.LC)]
    return sorted(same_side, key=lambda row: (row.term_group != group, row.pk))


def _answer(limit: CreditLimit, term: str, credit_days: int, shipped_on: date) -> LimitMatch:
    """One limit's answer; a temporary version goes before the base, which catches what the temporary does not match."""
    versions = [version for version in limit.versions.all() if not version.validity.isempty]
    if not versions:
        return LimitMatch(limit)
    on_day = sorted((v for v in versions if shipped_on in v.validity), key=lambda v: v.kind, reverse=True)
    tried = [
        _try(limit, version, term, credit_days, shipped_on) for version in on_day or [_nearest(versions, shipped_on)]
    ]
    return min(tried, key=_how_far)


def _try(limit: CreditLimit, version: CreditLimitVersion, term: str, credit_days: int, shipped_on: date) -> LimitMatch:
    reason = mismatch(terms_of(version), term=term, credit_days=credit_days, shipped_on=shipped_on)
    if not reason and not version.amount:
        reason = "NO_LIMIT"  # a nil or cancelled limit
    return LimitMatch(limit, version, reason)


def terms_of(version: CreditLimitVersion) -> LimitTerms:
    return LimitTerms(
        amount=version.amount, term=version.term, max_credit_days=version.max_credit_days,
        valid_from=version.validity.lower, valid_until=version.validity.upper - timedelta(days=1),
    )  # fmt: skip


def _nearest(versions: Iterable[CreditLimitVersion], day: date) -> CreditLimitVersion:
    """The version that ended last before `day`, else the first one that starts after it."""
    return min(versions, key=lambda v: (v.validity.lower > day, abs((v.validity.lower - day).days)))


def _how_far(match: LimitMatch) -> int:
    """0: covers; then the reasons from “almost” to “not at all”."""
    return _LEAST_TO_SAY.index(match.reason) + 1 if match.reason else 0


def _with_stops(match: LimitMatch, shipped_on: date) -> LimitMatch:
    """LIM-10: goods that left while cover was stopped are not covered, those that left before are."""
    stops = list(match.limit.stops.all()) if match.limit else []
    if any(stood_on(stop, shipped_on) for stop in stops):
        return LimitMatch(match.limit, match.version, "STOPPED")
    return LimitMatch(match.limit, match.version, "", despite_stop=any(stop.closed_at is None for stop in stops))


def stood_on(stop: LimitStop, day: date) -> bool:
    """A stop counts from its day on; on the day it is lifted cover is open again."""
    return stop.stopped_on <= day and (stop.closed_at is None or day < clock.business_date(stop.closed_at))
