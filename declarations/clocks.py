"""The clocks of declarations (Rulebook §11): the month's declaration, premium, the stop of cover on overdue invoices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from declarations import messages
from declarations.models import DeclarationPeriod, PremiumNotice, Shipment, TurnoverStatement
from limits.models import CreditLimit
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.core import clock
from sinosure.core.money import Money, round_money
from sinosure.core.workdays import calendar_days
from sinosure.deadlines import services as deadlines
from sinosure.deadlines.models import Deadline
from sinosure.deadlines.registry import KINDS, DeadlineKind, Effect, before_due, register
from sinosure.reference.services import calendar_around

DECLARATION = "DECLARATION"
PREMIUM_PAYMENT = "PREMIUM_PAYMENT"
PREMIUM_SUSPEND = "PREMIUM_SUSPEND"
STOP_COVER = "STOP_COVER"
TURNOVER = "TURNOVER_STATEMENT"
LOSS_NOTICE = "LOSS_NOTICE_DEFAULT"  # registered by claims, armed here at booking (LN-6)
OVERDUE_DAYS, NOTICE_DAYS = 30, 30


def arm_shipment(actor: Actor, shipment: Shipment) -> None:
    """LN-6, LIM-10 a: the notice window and the stop of cover start on the due date."""
    at_risk = Money(round_money(shipment.open_amount / shipment.fx, shipment.policy.currency), shipment.policy.currency)
    params = {"invoice": shipment.invoice_no, "buyer": shipment.obligor.name, "number": shipment.declaration_no,
              "group": shipment.obligor_id}  # fmt: skip
    if LOSS_NOTICE in KINDS and not shipment.policy.wording.named.is_notice_optional:
        window = calendar_days(shipment.due_on, NOTICE_DAYS, calendar_around(shipment.due_on))
        deadlines.open_deadline(
            actor=actor, kind=LOSS_NOTICE, subject=shipment, policyholder_id=shipment.policyholder_id,
            window=window, at_risk=at_risk, params=params,
        )  # fmt: skip
    if shipment.limit is not None:
        arm_stop(actor, shipment.limit, shipment.due_on)


def arm_stop(actor: Actor, limit: CreditLimit, due_on: date) -> None:
    """LIM-10 a: one clock a limit, on the oldest due date that may be open; paid ones are passed over when it fires."""
    stop_on = due_on + timedelta(days=OVERDUE_DAYS)
    standing = Deadline.objects.of(limit).filter(kind=STOP_COVER).open().first()
    if standing is not None and standing.legal_due <= stop_on:
        return
    deadlines.open_deadline(
        actor=actor, kind=STOP_COVER, subject=limit, policyholder_id=limit.policyholder_id,
        window=deadlines.fixed_window(due_on, stop_on), params={"buyer": limit.obligor.name, "number": limit.number},
    )  # fmt: skip


def disarm_shipment(actor: Actor, shipment: Shipment) -> None:
    deadlines.cancel(actor=actor, kind=LOSS_NOTICE, subject=shipment)


def arm_notice(actor: Actor, notice: PremiumNotice) -> None:
    for one in notice_openings(notice):
        deadlines.open_deadline(actor=actor, **vars(one))


def notice_openings(notice: PremiumNotice) -> list[deadlines.Opening]:
    """To be paid by, and the day from which unpaid premium suspends cover (PRM-2)."""
    at_risk, params = Money(notice.payable, notice.currency), {"number": notice.number}
    suspend_on = notice.due_on + timedelta(days=notice.policy.wording.named.days("suspend_after_days"))
    return [
        deadlines.Opening(
            kind, notice, notice.policyholder_id, deadlines.fixed_window(notice.issued_on, due_on), at_risk, params
        )
        for kind, due_on in ((PREMIUM_PAYMENT, notice.due_on), (PREMIUM_SUSPEND, suspend_on))
    ]


def settle_notice(actor: Actor, notice: PremiumNotice) -> None:
    deadlines.meet(actor=actor, kind=PREMIUM_PAYMENT, subject=notice)
    deadlines.cancel(actor=actor, kind=PREMIUM_SUSPEND, subject=notice)


def arm_turnover(actor: Actor, statement: TurnoverStatement) -> None:
    """PRM-4: so many days after the end of the period to state the turnover."""
    start = clock.today()
    due_on = start + timedelta(days=statement.policy.wording.named.days("turnover_report_days"))
    deadlines.open_deadline(
        actor=actor, kind=TURNOVER, subject=statement, policyholder_id=statement.policyholder_id,
        window=deadlines.fixed_window(start, due_on), params={"policy": str(statement.policy)},
    )  # fmt: skip


def meet_turnover(actor: Actor, statement: TurnoverStatement) -> None:
    deadlines.meet(actor=actor, kind=TURNOVER, subject=statement)


def _chase(rows: Sequence[Deadline]) -> None:
    for statement in TurnoverStatement.objects.filter(pk__in=[row.subject_id for row in rows]).select_related("policy"):
        messages.tell_underwriters_of(SYSTEM, statement)


def arm_period(actor: Actor, period: DeclarationPeriod, due_on: object) -> None:
    deadlines.open_deadline(
        actor=actor, kind=DECLARATION, subject=period, policyholder_id=period.policyholder_id,
        window=deadlines.fixed_window(period.month, due_on),  # type: ignore[arg-type]
        params={"month": f"{period.month:%Y-%m}", "policy": str(period.policy)},
    )  # fmt: skip


def shows_from(period: DeclarationPeriod) -> bool:
    """A month is to be declared once it has begun."""
    return period.month <= clock.today()


def register_all(overdue: Effect, suspend: Effect, stop_cover: Effect) -> None:
    """The effects live above in services; they are handed in to keep imports one way."""
    register(DeadlineKind(
        name=DECLARATION, rule="§4.2", label=_("Declare the shipments of %(month)s under %(policy)s"), verb=_("Declare"),
        consequence=_("Shipments declared later may be refused when a loss is known by then."),
        url_name="declarations:period", reminders=before_due(7, 3, 0), waits_for_start=True,
    ))  # fmt: skip
    register(DeadlineKind(
        name=PREMIUM_PAYMENT, rule="PRM-1", label=_("Pay premium notice %(number)s"), verb=_("See the notice"),
        consequence=_("Claims on these shipments are blocked until the premium is paid."),
        url_name="declarations:notice", reminders=before_due(5, 1, -1), on_due=overdue, decides_money=True,
    ))  # fmt: skip
    register(DeadlineKind(
        name=PREMIUM_SUSPEND, rule="PRM-2", label=_("Premium notice %(number)s: cover is suspended after this day"),
        verb=_("See the notice"), consequence=_("New shipments are no longer covered until the premium is paid."),
        url_name="declarations:notice", reminders=before_due(7, 1), on_due=suspend, decides_money=True,
    ))  # fmt: skip
    register(DeadlineKind(
        name=STOP_COVER, rule="LIM-10", label=_("Cover on %(buyer)s stops when an invoice stays unpaid"),
        verb=_("See the limit"), consequence=_("New shipments to this buyer are no longer covered."),
        url_name="limits:detail", on_due=stop_cover, waits_for_start=True, is_quiet=True,
    ))  # fmt: skip
    register(DeadlineKind(
        name=TURNOVER, rule="PRM-4", label=_("State the turnover of policy %(policy)s"), verb=_("State the turnover"),
        consequence=_("Your service office is told. The premium of the year is not settled until you state it."),
        url_name="declarations:turnover", reminders=before_due(14, 3), on_due=_chase,
    ))  # fmt: skip
