"""The clocks of financing (Rulebook §11): a reservation, the agreed last day of an agreement, a changed account."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from financing.models import Agreement, AgreementTerms, Loan
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.core.workdays import Window, working_days
from sinosure.deadlines import services as deadlines
from sinosure.deadlines.registry import DeadlineKind, Effect, before_due, register
from sinosure.reference.services import calendar_around

RESERVATION, AGREEMENT_END, ACCOUNT_COOLING = "RESERVATION", "AGREEMENT_END", "ACCOUNT_COOLING"
RESERVED_DAYS, COOLING_DAYS = 3, 1


def reservation_window() -> Window:
    """Three working days from today."""
    today = clock.today()
    return working_days(today, RESERVED_DAYS, calendar_around(today))


def arm_reservation(actor: Actor, loan: Loan, window: Window) -> None:
    deadlines.open_deadline(
        actor=actor, kind=RESERVATION, subject=loan, policyholder_id=loan.policyholder_id, window=window,
        at_risk=Money(loan.principal, loan.currency), params={"number": loan.number},
    )  # fmt: skip


def arm_end(actor: Actor, agreement: Agreement) -> None:
    """The agreed last day; without one there is no clock."""
    if agreement.ends_on is None:
        disarm_end(actor, agreement)
        return
    deadlines.open_deadline(
        actor=actor, kind=AGREEMENT_END, subject=agreement, policyholder_id=agreement.policyholder_id,
        window=deadlines.fixed_window(agreement.active_from or clock.today(), agreement.ends_on),
        params={"number": agreement.number},
    )  # fmt: skip


def disarm_end(actor: Actor, agreement: Agreement) -> None:
    deadlines.cancel(actor=actor, kind=AGREEMENT_END, subject=agreement)


def cooling_window() -> Window:
    """The cooling-off day: the next working day."""
    today = clock.today()
    return working_days(today, COOLING_DAYS, calendar_around(today))


def arm_cooling(actor: Actor, terms: AgreementTerms, window: Window) -> None:
    deadlines.open_deadline(
        actor=actor, kind=ACCOUNT_COOLING, subject=terms, policyholder_id=terms.policyholder_id, window=window,
        params={"number": terms.agreement.number, "account": terms.account_no},
    )  # fmt: skip


def register_all(lapse: Effect, end: Effect, open_account: Effect) -> None:
    """The effects live above in services; they are handed in to keep imports one way."""
    register(DeadlineKind(
        name=AGREEMENT_END, rule="§8.2", label=_("Last day of agreement %(number)s"), verb=_("See the agreement"),
        consequence=_("Later shipments are no longer assigned to the bank; earlier ones stay bound."),
        url_name="financing:agreement-detail", reminders=before_due(30, 7), on_due=end,
    ))  # fmt: skip
    register(DeadlineKind(
        name=ACCOUNT_COOLING, rule="§8.2", label=_("Cooling-off of account %(account)s under agreement %(number)s"),
        verb=_("See the amendment"), consequence=_("Indemnities may be paid into the new account from the next day on."),
        url_name="financing:amendment-detail", on_due=open_account, counting="working_days", length=COOLING_DAYS,
        is_quiet=True,
    ))  # fmt: skip
    register(DeadlineKind(
        name=RESERVATION, rule="§8.5", label=_("Reservation for loan %(number)s ends"), verb=_("See the loan"),
        consequence=_("The reservation lapses and the invoice is free again."), url_name="financing:loan-detail",
        on_due=lapse, counting="working_days", length=RESERVED_DAYS, is_quiet=True,
    ))  # fmt: skip
