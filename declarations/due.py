"""Due dates and the two-year ceiling (AMB-4, DEC-1, DEC-5)."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from sinosure.core.errors import DomainError

NORMAL_DAYS, ABSOLUTE_DAYS = 365, 730
AUTOMATIC_EXTENSION_DAYS = 60
NO_EXTENSION_AFTER_OVERDUE_DAYS = 30


def due_on(basis_on: date, credit_days: int) -> date:
    """The due date: basis date plus the credit period."""
    return basis_on + timedelta(days=credit_days)


def latest_due(shipped_on: date) -> date:
    """Two years after shipment; from 29 February it is the 28th."""
    try:
        return shipped_on.replace(year=shipped_on.year + 2)
    except ValueError:
        return shipped_on.replace(year=shipped_on.year + 2, day=28)


def exceeds_two_years(shipped_on: date, due: date) -> bool:
    """Beyond the handbook's absolute credit period, by days and by calendar."""
    return due > latest_due(shipped_on) or (due - shipped_on).days > ABSOLUTE_DAYS


def extension_needs_consent(original_due: date, new_due: date) -> bool:
    """An extension of more than 60 days in all needs the insurer's written consent (DEC-5)."""
    return (new_due - original_due).days > AUTOMATIC_EXTENSION_DAYS


def extension_allowed(due: date, today: date) -> bool:
    """Never once an invoice is more than 30 days overdue (DEC-5)."""
    return (today - due).days <= NO_EXTENSION_AFTER_OVERDUE_DAYS


def check_credit(shipped_on: date, due: date) -> None:
    """Refuse a due date that cannot be. `due_before_ship`, `tenor_exceeds_2y` (422), both on field `due_on`."""
    if due < shipped_on:
        message = _("The due date %(due)s lies before the shipment date %(shipped)s.")
        raise DomainError("due_before_ship", message, field="due_on", due=due, shipped=shipped_on)
    if exceeds_two_years(shipped_on, due):
        message = _("The credit period is longer than two years. The latest due date for this shipment is %(latest)s.")
        latest = min(latest_due(shipped_on), shipped_on + timedelta(days=ABSOLUTE_DAYS))
        raise DomainError("tenor_exceeds_2y", message, field="due_on", latest=latest)
