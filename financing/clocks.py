"""The clock of a reservation (Rulebook §11, RESERVATION): three working days from approval to drawdown."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from financing.models import Loan
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.core.workdays import Window, working_days
from sinosure.deadlines import services as deadlines
from sinosure.deadlines.registry import DeadlineKind, Effect, register
from sinosure.reference.services import calendar_around

RESERVATION = "RESERVATION"
RESERVED_DAYS = 3


def reservation_window() -> Window:
    """Three working days from today."""
    today = clock.today()
    return working_days(today, RESERVED_DAYS, calendar_around(today))


def arm_reservation(actor: Actor, loan: Loan, window: Window) -> None:
    deadlines.open_deadline(
        actor=actor, kind=RESERVATION, subject=loan, policyholder_id=loan.policyholder_id, window=window,
        at_risk=Money(loan.principal, loan.currency), params={"number": loan.number},
    )  # fmt: skip


def register_all(lapse: Effect) -> None:
    """The effect lives above in services; it is handed in to keep imports one way."""
    register(DeadlineKind(
        name=RESERVATION, rule="§8.5", label=_("Reservation for loan %(number)s ends"), verb=_("See the loan"),
        consequence=_("The reservation lapses and the invoice is free again."), url_name="financing:loan-detail",
        on_due=lapse, counting="working_days", length=RESERVED_DAYS, is_quiet=True,
    ))  # fmt: skip
