"""Versions of a limit: install one, let it take effect, reduce and cancel (LIM-5, LIM-9, LIM-16). All of it forward only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from limits import clocks, letters, messages
from limits.models import CreditLimit, CreditLimitVersion, LimitApplication, VersionKind, VersionReason
from limits.signals import limit_version_effective
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.accounts.roles import Role
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.core.money import Money
from sinosure.deadlines.models import Deadline

_ONE_DAY = timedelta(days=1)
REDUCTION_REASONS = tuple(r for r in VersionReason if r not in (VersionReason.DECISION, VersionReason.IDLE))


@dataclass(frozen=True)
class Terms:
    """What a version grants, and from when to when (both days included)."""

    amount: Decimal
    term: str
    max_credit_days: int
    effective_from: date
    valid_until: date
    kind: str = VersionKind.BASE
    insured_ratio: Decimal | None = None
    conditions: list[dict[str, Any]] = field(default_factory=list)
    reason: str = VersionReason.DECISION
    comment: str = ""
    pre_shipment: bool = False


def in_force(limit: CreditLimit, day: date) -> CreditLimitVersion | None:
    """The version that counts on `day`: a temporary one before the base (LIM-16)."""
    rows: Iterable[CreditLimitVersion] = limit.versions.filter(validity__contains=day).order_by("-kind")
    return next(iter(rows), None)


def locked_limit(actor: Actor, limit_id: int) -> CreditLimit:
    rows = CreditLimit.objects.visible_to(actor).select_related("obligor", "policy", "policyholder")
    limit: CreditLimit = rows.select_for_update(of=("self",)).get(pk=limit_id)
    return limit


def install(
    actor: Actor, limit: CreditLimit, terms: Terms, application: LimitApplication | None = None
) -> CreditLimitVersion:
    """Add a version to a locked limit; what it overlaps of the same kind ends where it begins."""
    _end_from(actor, limit, terms.effective_from, kind=terms.kind)
    version = CreditLimitVersion.objects.create(
        limit=limit, policyholder_id=limit.policyholder_id, application=application, number=_next_number(limit),
        kind=terms.kind, amount=terms.amount, term=terms.term, max_credit_days=terms.max_credit_days,
        insured_ratio=terms.insured_ratio, conditions=terms.conditions, reason=terms.reason, comment=terms.comment,
        pre_shipment=terms.pre_shipment,
        effective_from=terms.effective_from, decided_until=terms.valid_until,
        validity=DateRange(terms.effective_from, terms.valid_until + _ONE_DAY),
        decided_by_id=actor.user_id, decided_at=clock.now(),
    )  # fmt: skip
    clocks.arm_version(actor, version)
    if terms.effective_from <= clock.today():
        take_effect(actor, limit)
    return version


def _next_number(limit: CreditLimit) -> str:
    return f"{limit.number}/{limit.versions.count() + 1}"


def _end_from(actor: Actor, limit: CreditLimit, day: date, kind: str | None = None) -> None:
    """Versions that reach to `day` or beyond end the day before; those that start later never take effect."""
    rows = limit.versions.filter(validity__overlap=DateRange(day, None))
    for version in rows.filter(kind=kind) if kind else rows:
        started = version.validity.lower < day
        version.validity = DateRange(version.validity.lower, day) if started else DateRange(empty=True)
        version.save(update_fields=["validity"])
        clocks.drop_version(actor, version)


def take_effect(actor: Actor, limit: CreditLimit) -> None:
    """Set the counter to what is in force today and tell those above. `limit` is locked."""
    version = in_force(limit, clock.today())
    before, limit.amount = limit.amount, version.amount if version else Decimal(0)
    limit.save(update_fields=["amount"])
    audit.record(actor, "limit.in_force", limit,
                 detail={"from": before, "to": limit.amount, "version": version.number if version else None})  # fmt: skip
    clocks.arm_idle(actor, limit)
    limit_version_effective.send(sender=CreditLimit, limit=limit, version=version)


@transaction.atomic
def refresh(*, actor: Actor, limit_id: int) -> CreditLimit:
    """Bring the counter in line with the versions of today; nothing happens when it is already."""
    limit = locked_limit(actor, limit_id)
    version = in_force(limit, clock.today())
    if limit.amount != (version.amount if version else 0):
        take_effect(actor, limit)
    return limit


@transaction.atomic
def reduce(*, actor: Actor, limit_id: int, amount: Decimal, reason: str, comment: str) -> CreditLimitVersion:
    """LIM-9: a lower amount for shipments from tomorrow on. Raises `not_a_reduction`."""
    limit = _for_cut(actor, limit_id, reason, comment)
    current = _highest_ahead(limit)
    if current is None or not 0 < amount < current.amount:
        message = _("The new amount must be above zero and below %(amount)s. For more, the exporter applies.")
        raise DomainError("not_a_reduction", message, field="amount",
                          amount=Money(current.amount if current else Decimal(0), limit.currency))  # fmt: skip
    return _cut(actor, limit, current, amount, reason, comment, "limit.reduced")


@transaction.atomic
def cancel(*, actor: Actor, limit_id: int, reason: str, comment: str) -> CreditLimitVersion:
    """LIM-9: nothing is granted for shipments from tomorrow on."""
    limit = _for_cut(actor, limit_id, reason, comment)
    current = _highest_ahead(limit)
    if current is None or not current.amount:
        raise DomainError("nothing_to_cancel", _("Nothing is in force from tomorrow on."), status=409)
    return _cut(actor, limit, current, Decimal(0), reason, comment, "limit.cancelled")


def _for_cut(actor: Actor, limit_id: int, reason: str, comment: str) -> CreditLimit:
    if not actor.can("limits.stop"):
        raise NotAllowed()
    if reason not in REDUCTION_REASONS:
        raise DomainError("unknown_reason", _("Choose one of the reasons offered."), field="reason")
    if not comment.strip():
        raise DomainError("comment_required", _("Say why, in words the insured may read."), field="comment")
    return locked_limit(actor, limit_id)


def _highest_ahead(limit: CreditLimit) -> CreditLimitVersion | None:
    """What would be granted from tomorrow on, at the most."""
    ahead = limit.versions.filter(validity__overlap=DateRange(clock.today() + _ONE_DAY, None))
    highest: CreditLimitVersion | None = ahead.order_by("-amount", "-kind").first()
    return highest


def _cut(
    actor: Actor, limit: CreditLimit, current: CreditLimitVersion, amount: Decimal, reason: str, comment: str, kind: str
) -> CreditLimitVersion:
    """The new base from 00:00 of the day after delivery; a temporary increase ends with it."""
    tomorrow = clock.today() + _ONE_DAY
    base = limit.versions.filter(kind=VersionKind.BASE, validity__overlap=DateRange(tomorrow, None)).last() or current
    _end_from(actor, limit, tomorrow)
    terms = Terms(
        amount=min(amount, base.amount) if amount else amount, term=base.term, max_credit_days=base.max_credit_days,
        effective_from=tomorrow, valid_until=max(base.decided_until, tomorrow), insured_ratio=base.insured_ratio,
        conditions=base.conditions, reason=reason, comment=comment, pre_shipment=base.pre_shipment,
    )  # fmt: skip
    version = install(actor, limit, terms)
    audit.record(actor, kind, limit, detail={"reason": reason, "amount": amount, "from": tomorrow, "comment": comment})
    letters.issue_adjustment(actor, limit, version, before=current.amount)
    granted = str(Money(version.amount, limit.currency))
    messages.tell_concerned(actor, kind, limit, day=tomorrow.isoformat(), amount=granted)
    return version


def on_start(rows: Sequence[Deadline]) -> None:
    """00:00 of the first day of a scheduled version."""
    for version in _versions(rows):
        take_effect(SYSTEM, locked_limit(SYSTEM, version.limit_id))


def on_end(rows: Sequence[Deadline]) -> None:
    """The last valid day is over: the base returns after a temporary limit, otherwise nothing is left."""
    for version in _versions(rows):
        limit = locked_limit(SYSTEM, version.limit_id)
        take_effect(SYSTEM, limit)
        messages.tell_concerned(SYSTEM, "limit.ended", limit)


def _versions(rows: Sequence[Deadline]) -> Iterable[CreditLimitVersion]:
    return CreditLimitVersion.objects.filter(pk__in=[row.subject_id for row in rows]).order_by("limit_id", "pk")


def on_idle(rows: Sequence[Deadline]) -> None:
    """Twelve months without a shipment; one that was shipped meanwhile only starts the clock anew."""
    for limit_id in sorted(row.subject_id for row in rows):
        limit = locked_limit(SYSTEM, limit_id)
        due_on = clocks.idle_on(limit)
        if due_on is None or due_on >= clock.today():
            clocks.arm_idle(SYSTEM, limit)
        elif limit.amount:
            _lapse(limit)


def _lapse(limit: CreditLimit) -> None:
    today = clock.today()
    current = in_force(limit, today)
    if current is None:
        return
    _end_from(SYSTEM, limit, today)
    install(SYSTEM, limit, Terms(
        amount=Decimal(0), term=current.term, max_credit_days=current.max_credit_days, effective_from=today,
        valid_until=max(current.decided_until, today), reason=VersionReason.IDLE,
    ))  # fmt: skip
    audit.record(SYSTEM, "limit.lapsed", limit)
    messages.tell_concerned(SYSTEM, "limit.lapsed", limit)


def on_decision_overdue(rows: Sequence[Deadline]) -> None:
    """LIM-4: the heads hear of it; nothing is decided by a clock."""
    found = LimitApplication.objects.filter(pk__in=[row.subject_id for row in rows]).select_related("obligor")
    for application in found:
        messages.tell_desk(SYSTEM, "limit.decision_overdue", application, Role.UNDERWRITER)
