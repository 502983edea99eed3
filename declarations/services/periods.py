"""The months of a policy: opened when cover begins, closed with their declarations or as nil (§4.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from declarations import clocks
from declarations.models import DeclarationPeriod, LineState, Shipment, ShipmentQuerySet
from declarations.quoting import declaration_due
from declarations.services import premium
from policies.models import Policy
from policies.selectors import schedule_on
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed


@transaction.atomic
def open_months(*, actor: Actor, policy: Policy) -> None:
    """One period and one clock for each month in which the policy gives cover; none where no declaration is due."""
    if not policy.wording.named.value("requires_declaration"):
        return
    for month in _months(policy.starts_on, policy.ends_on):
        period, is_new = DeclarationPeriod.objects.get_or_create(
            policy=policy, month=month, defaults={"policyholder_id": policy.policyholder_id}
        )
        if is_new:
            schedule = schedule_on(policy, max(month, policy.starts_on))
            mode = schedule.declaration_mode if schedule else "MONTHLY_25"
            clocks.arm_period(actor, period, declaration_due(mode, month))


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)


@transaction.atomic
def close_month(*, actor: Actor, period_id: int, is_nil: bool = False) -> DeclarationPeriod:
    """The insured says that everything of this month is declared, or that there was nothing; premium is billed."""
    if not actor.can("declarations.declare"):
        raise NotAllowed()
    period: DeclarationPeriod = (
        DeclarationPeriod.objects.held_by(actor)
        .select_for_update(of=("self",))
        .select_related("policy")
        .get(pk=period_id)
    )
    _check_closable(period, is_nil)
    period.closed_at, period.closed_by_id, period.is_nil = clock.now(), actor.user_id, is_nil
    period.save(update_fields=["closed_at", "closed_by_id", "is_nil"])
    clocks.deadlines.meet(actor=actor, kind=clocks.DECLARATION, subject=period)
    audit.record(actor, "period.closed", period, detail={"month": period.month, "nil": is_nil})
    premium.issue_monthly_notice(actor=SYSTEM, policy_id=period.policy_id, month=period.month)
    return period


def _check_closable(period: DeclarationPeriod, is_nil: bool) -> None:
    if period.closed_at is not None:
        raise DomainError("closed_before", _("This month was closed before."), status=409)
    if period.month > clock.today():
        raise DomainError("month_not_begun", _("This month has not begun yet."), status=409)
    has_lines = lines_of(period).exists()
    if is_nil and has_lines:
        raise DomainError("not_nil", _("Shipments were declared for this month, so it is not nil."), status=409)
    if not is_nil and not has_lines:
        raise DomainError(
            "nothing_declared", _("Nothing was declared for this month. Close it as nil if that is right."), status=409
        )


def lines_of(period: DeclarationPeriod) -> ShipmentQuerySet:
    """The live lines of a month."""
    end = (period.month + timedelta(days=32)).replace(day=1)
    rows = Shipment.objects.live().exclude(state=LineState.REGISTERED)
    rows = rows.filter(policyholder=period.policyholder_id, policy=period.policy_id)
    return rows.filter(shipped_on__gte=period.month, shipped_on__lt=end)
