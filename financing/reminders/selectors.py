"""Reads of reminders."""

from __future__ import annotations

from django.db.models import QuerySet

from financing.models import DRAWN_LOAN, Loan, Reminder
from sinosure.accounts.actor import Actor


def reminders(actor: Actor) -> QuerySet[Reminder]:
    return Reminder.objects.visible_to(actor).select_related("bank", "policy", "loan__shipment")


def of_loan(actor: Actor, loan: Loan) -> list[Reminder]:
    """The newest twenty."""
    return list(reminders(actor).filter(loan=loan).order_by("-id")[:20])


def may_remind(actor: Actor, loan: Loan) -> bool:
    """The bank of a loan that is out."""
    return actor.is_bank and actor.can("financing.lend") and loan.state in DRAWN_LOAN
