"""Where a loan stands: what happened, whose turn it is and by when, and the one sentence to read first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from financing.models import Loan, LoanState, Repayment
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.ui import show
from sinosure.ui.parts import RailStep


def rail(loan: Loan, repayments: Sequence[Repayment]) -> list[RailStep]:
    """Reserved, drawn, repaid; a reservation that lapsed ends there."""
    reserved = RailStep(_("Amount reserved"), "done")
    if loan.state == LoanState.APPROVED:
        drawing = RailStep(_("Drawn"), "now", on=loan.reserved_until, who=_("the bank"))
        return [reserved, drawing, RailStep(_("Repaid in full"), on=loan.matures_on)]
    if loan.state == LoanState.LAPSED:
        return [reserved, RailStep(LoanState.LAPSED.label, "now", note=loan.remark)]
    return [reserved, RailStep(_("Drawn"), "done", on=loan.drawn_on), _repaid(loan, repayments)]


def _repaid(loan: Loan, repayments: Sequence[Repayment]) -> RailStep:
    if loan.state == LoanState.REPAID:
        return RailStep(_("Repaid in full"), "done", on=max((one.paid_on for one in repayments), default=None))
    return RailStep(_("Repaid in full"), "now", on=loan.matures_on, who=loan.policyholder.name)


def sentence(loan: Loan) -> tuple[str, str] | None:
    """(tone, sentence); None once nothing is left to do."""
    if loan.state == LoanState.APPROVED and loan.reserved_until:
        text = _("Reserved, not yet paid out: the bank registers the drawdown by %(day)s, else the reservation lapses.")
        return "amber", text % {"day": _in_words(loan.reserved_until)}
    if loan.state in (LoanState.REPAID, LoanState.LAPSED):
        return None
    return _late(loan) if loan.shown_state == LoanState.OVERDUE else _running(loan)


def _running(loan: Loan) -> tuple[str, str]:
    days = (loan.matures_on - clock.today()).days
    text = ngettext(
        "%(left)s is to be repaid by %(day)s, in %(days)d day.", "%(left)s is to be repaid by %(day)s, in %(days)d days.", days
    )  # fmt: skip
    return "blue", text % _figures(loan, days)


def _late(loan: Loan) -> tuple[str, str]:
    """A buyer who has paid is no reason left not to repay."""
    days = (clock.today() - loan.matures_on).days
    if not loan.shipment.open_amount:
        text = ngettext(
            "The buyer has paid, the loan is not repaid: %(left)s was due on %(day)s, %(days)d day ago.",
            "The buyer has paid, the loan is not repaid: %(left)s was due on %(day)s, %(days)d days ago.",
            days,
        )
    else:
        text = ngettext(
            "%(left)s was to be repaid on %(day)s, %(days)d day ago.", "%(left)s was to be repaid on %(day)s, %(days)d days ago.", days
        )  # fmt: skip
    return "red", text % _figures(loan, days)


def _figures(loan: Loan, days: int) -> dict[str, Any]:
    return {"left": Money(loan.outstanding, loan.currency), "day": _in_words(loan.matures_on), "days": days}


def _in_words(day: date) -> str:
    return f"{day} {show.weekday(day)}"
