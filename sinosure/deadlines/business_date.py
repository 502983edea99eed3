"""Move the demo's business date forward, so that a person can watch a deadline fall due."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.reference.models import BusinessDate
from sinosure.reference.services import move_business_date

FARTHEST = date(2100, 12, 31)


@transaction.atomic
def move_to(*, actor: Actor, day: date) -> date:
    """Set the business date; only forward. Raises DomainError `only_forward`, `bad_date`."""
    _check_duty(actor)
    if day < clock.today():
        raise DomainError(
            "only_forward", _("The business date only moves forward; it is %(today)s now. Reset it to start again."),
            field="day", today=clock.today(),
        )  # fmt: skip
    if day > FARTHEST:
        raise DomainError("bad_date", _("The day must lie before 2101."), field="day", status=400)
    return _set(actor, (day - clock.unmoved_today()).days)


@transaction.atomic
def reset(*, actor: Actor) -> date:
    """Back to the real date."""
    _check_duty(actor)
    return _set(actor, 0)


def _check_duty(actor: Actor) -> None:
    if not actor.can("reference.clock"):
        raise NotAllowed()


def _set(actor: Actor, offset_days: int) -> date:
    move_business_date(offset_days)
    row = BusinessDate.objects.get(pk=1)
    audit.record(actor, "business_date.moved", row, detail={"offset_days": offset_days})
    return clock.today()
