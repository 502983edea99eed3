"""The clocks of limits (Rulebook §11): decision, start, end, and twelve months without a shipment."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from limits.models import CreditLimit, CreditLimitVersion, LimitApplication
from sinosure.accounts.actor import Actor
from sinosure.accounts.roles import Role
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.core.workdays import working_days
from sinosure.deadlines import services as deadlines
from sinosure.deadlines.models import Deadline
from sinosure.deadlines.registry import DeadlineKind, Effect, before_due, on_working_days, register
from sinosure.reference.services import calendar_around

LIMIT_DECISION = "LIMIT_DECISION"
LIMIT_START = "LIMIT_START"
LIMIT_EXPIRY = "LIMIT_EXPIRY"
LIMIT_IDLE = "LIMIT_IDLE"
DECISION_WORKING_DAYS = 5
IDLE_MONTHS = 12
_ONE_DAY = timedelta(days=1)
_REARM_AFTER = timedelta(days=7)  # a shipment a day does not need a new clock a day


def arm_decision(actor: Actor, application: LimitApplication) -> Deadline:
    """LIM-4: five working days from now."""
    today = clock.today()
    return deadlines.open_deadline(
        actor=actor, kind=LIMIT_DECISION, subject=application, policyholder_id=application.policyholder_id,
        window=working_days(today, DECISION_WORKING_DAYS, calendar_around(today)),
        at_risk=Money(application.amount, application.currency),
        params={"number": application.number, "buyer": application.obligor.name},
    )  # fmt: skip


def arm_version(actor: Actor, version: CreditLimitVersion) -> None:
    """The start of a version in the future, and the end of one that grants anything."""
    today = clock.today()
    if version.effective_from > today:
        # the sweep fires at the end of the last day: 00:00 of the first day of the version
        _arm(actor, LIMIT_START, version, today, version.effective_from - _ONE_DAY)
    if version.amount:
        _arm(actor, LIMIT_EXPIRY, version, version.effective_from, version.validity.upper - _ONE_DAY)


def drop_version(actor: Actor, version: CreditLimitVersion) -> None:
    """A later decision took the place of this version."""
    for kind in (LIMIT_START, LIMIT_EXPIRY):
        deadlines.cancel(actor=actor, kind=kind, subject=version)


def _arm(actor: Actor, kind: str, version: CreditLimitVersion, starts_on: date, due_on: date) -> None:
    limit = version.limit
    deadlines.open_deadline(
        actor=actor, kind=kind, subject=version, policyholder_id=version.policyholder_id,
        window=deadlines.fixed_window(min(starts_on, due_on), due_on), at_risk=Money(version.amount, limit.currency),
        params={"number": version.number, "buyer": limit.obligor.name},
    )  # fmt: skip


def idle_on(limit: CreditLimit) -> date | None:
    """The last day on which a shipment keeps the limit alive (LIM-5); None while nothing is in force."""
    version = limit.versions.exclude(validity__isempty=True).order_by("effective_from").first()
    since = max(filter(None, [limit.last_shipped_on, version and version.effective_from]), default=None)
    return a_year_after(since) if since else None


def a_year_after(day: date) -> date:
    """The same day next year; 29 February becomes the 28th."""
    return day.replace(year=day.year + 1, day=min(day.day, 28 if day.month == 2 else day.day))


def arm_idle(actor: Actor, limit: CreditLimit) -> None:
    """(Re)start the idle clock when its end moved by more than a few days."""
    due_on = idle_on(limit)
    current = Deadline.objects.of(limit).filter(kind=LIMIT_IDLE).open().first()
    if due_on is None or (current and due_on - current.legal_due < _REARM_AFTER):
        return
    deadlines.open_deadline(
        actor=actor, kind=LIMIT_IDLE, subject=limit, policyholder_id=limit.policyholder_id,
        window=deadlines.fixed_window(due_on.replace(year=due_on.year - 1, day=min(due_on.day, 28)), due_on),
        at_risk=Money(limit.amount, limit.currency), params={"number": limit.number, "buyer": limit.obligor.name},
    )  # fmt: skip


def register_all(escalate: Effect, start: Effect, end: Effect, lapse: Effect) -> None:
    """The effects live above in services; they are handed in to keep imports one way."""
    register(DeadlineKind(
        name=LIMIT_DECISION, rule="LIM-4", label=_("Decide limit application %(number)s on %(buyer)s"),
        verb=_("Decide"), consequence=_("Department heads are told that the decision is overdue."),
        url_name="limits:application-detail", owner="INSURER", roles=(Role.UNDERWRITER,),
        reminders=on_working_days(3), on_due=escalate, counting="working_days", length=DECISION_WORKING_DAYS,
    ))  # fmt: skip
    register(DeadlineKind(
        name=LIMIT_START, rule="LIM-5", label=_("Limit %(number)s on %(buyer)s takes effect"), verb=_("See"),
        consequence=_("The limit takes effect."), url_name="limits:version", on_due=start, is_quiet=True,
    ))  # fmt: skip
    register(DeadlineKind(
        name=LIMIT_EXPIRY, rule="LIM-5", label=_("Limit %(number)s on %(buyer)s ends"), verb=_("Apply again"),
        consequence=_("Shipments after that day have no cover under it."), url_name="limits:version",
        reminders=before_due(30, 7), on_due=end, decides_money=True,
    ))  # fmt: skip
    register(DeadlineKind(
        name=LIMIT_IDLE, rule="LIM-5", label=_("Limit %(number)s on %(buyer)s lapses without a shipment"),
        verb=_("See the limit"), consequence=_("The limit lapses after twelve months without a shipment."),
        url_name="limits:detail", reminders=before_due(30, 7), on_due=lapse,
    ))  # fmt: skip
