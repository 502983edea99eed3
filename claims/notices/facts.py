"""What a loss notice says (LN-7), which window applies to it (LN-2), and what does not fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext_lazy as _

from claims import windows
from claims.models import CoveredRisk, LossNotice
from credit_info.models import Obligor, ObligorKind
from declarations.models import Shipment
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.workdays import Window
from sinosure.reference.services import calendar_around

DEFAULTS = (CoveredRisk.BUYER_DEFAULT, CoveredRisk.BANK_DEFAULT)


@dataclass(frozen=True)
class NoticeFacts:
    """The answers of the form. For a default the days come from the due dates, whatever was typed."""

    risk: str
    occurred_on: date
    known_on: date
    refused_acceptance: bool = False
    goods_status: str = "WITH_BUYER"
    buyer_reason: str = ""
    is_disputed: bool = False
    security: str = ""
    steps_taken: str = ""
    entrusts_collection: bool = False
    contact: str = ""

    @property
    def is_default(self) -> bool:
        return is_default(self.risk, self.refused_acceptance)


def is_default(risk: str, refused_acceptance: bool) -> bool:
    """Non-payment at the due date: 30 days. A refused usance draft is an “other risk” (AMB-15)."""
    return risk in DEFAULTS and not refused_acceptance


def of_notice(notice: LossNotice) -> NoticeFacts:
    return NoticeFacts(**{name: getattr(notice, name) for name in NoticeFacts.__dataclass_fields__})


def usual_risk(obligor: Obligor) -> str:
    """What the system takes a notice to be about until the exporter says otherwise."""
    return CoveredRisk.BANK_DEFAULT if obligor.kind == ObligorKind.BANK else CoveredRisk.BUYER_DEFAULT


def risks_for(obligor: Obligor) -> list[CoveredRisk]:
    """Buyer risks for a buyer, bank risks for an issuing bank, political ones for both."""
    unfit = "BUYER_" if obligor.kind == ObligorKind.BANK else "BANK_"
    return [risk for risk in CoveredRisk if not risk.value.startswith(unfit)]


def checked(facts: NoticeFacts, obligor: Obligor, shipments: Iterable[Shipment]) -> NoticeFacts:
    """The facts with their days in order. Raises DomainError at the field."""
    if facts.risk not in risks_for(obligor):
        message = _("This cause does not fit the debtor. Buyer risks need a buyer, bank risks an issuing bank.")
        raise DomainError("cause_does_not_fit", message, field="risk")
    facts = replace(facts, refused_acceptance=facts.refused_acceptance and facts.risk == CoveredRisk.BANK_DEFAULT)
    return _dated_by_due_dates(facts, shipments) if facts.is_default else _dated_as_typed(facts)


def _dated_by_due_dates(facts: NoticeFacts, shipments: Iterable[Shipment]) -> NoticeFacts:
    overdue = [row.due_on for row in shipments if row.due_on < clock.today()]
    if not overdue:
        raise DomainError(
            "nothing_overdue",
            _("No invoice on this buyer is overdue yet. Choose another cause, or wait for the due date."), field="risk",
        )  # fmt: skip
    return replace(facts, occurred_on=min(overdue), known_on=min(overdue))


def _dated_as_typed(facts: NoticeFacts) -> NoticeFacts:
    if facts.known_on > clock.today():
        raise DomainError("date_in_future", _("The day cannot lie in the future."), field="known_on")
    if facts.known_on < facts.occurred_on:
        message = _("You cannot have known it before it happened. Check both days.")
        raise DomainError("known_before_occurred", message, field="known_on")
    return facts


def window_for(facts: NoticeFacts, due_on: date) -> Window:
    """LN-2: 30 calendar days from the due date, or 10 working days from the day it was known."""
    if facts.is_default:
        return windows.loss_notice_default(due_on, calendar_around(due_on))
    return windows.loss_notice_other(facts.known_on, calendar_around(facts.known_on))


@dataclass(frozen=True)
class Timeliness:
    """When the first window of a notice ends, and by how many days the filing missed any of them."""

    legal_due: date
    provisional: bool
    days_late: int


def timeliness(found: Iterable[tuple[Window, int]]) -> Timeliness:
    """Of (window, days late) of the lines: the earliest end, and the worst lateness that can be judged."""
    rows = list(found)
    first = min((window for window, _days in rows), key=lambda window: window.legal_due)
    return Timeliness(first.legal_due, any(w.provisional for w, _days in rows), max(days for _w, days in rows))
