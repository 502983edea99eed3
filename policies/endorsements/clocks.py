"""The clocks of an endorsement: to be signed before it begins, and the day on which it begins."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from policies.models import Endorsement
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.deadlines import services as deadlines
from sinosure.deadlines.registry import DeadlineKind, Effect, before_due, register

SIGNATURE, START = "ENDORSEMENT_SIGNATURE", "ENDORSEMENT_START"
_PAGE = "policies:endorsement-detail"


def register_all(effects: dict[str, Effect]) -> None:
    """Make the kinds known; `effects` are services."""
    register(DeadlineKind(
        SIGNATURE, "§2.1", label=_("Sign endorsement %(number)s"), verb=_("See the endorsement"),
        consequence=_("The endorsement lapses; the schedule stays as it is."), url_name=_PAGE,
        reminders=before_due(7, 3, 1), on_due=effects[SIGNATURE],
    ))  # fmt: skip
    register(DeadlineKind(
        START, "§2.1", label=_("Endorsement %(number)s takes effect"), verb=_("See the endorsement"),
        consequence=_("The maximum liability follows the schedule."), url_name=_PAGE, on_due=effects[START],
        is_quiet=True, title=_("An endorsement takes effect"),
    ))  # fmt: skip


def arm_signature(actor: Actor, row: Endorsement) -> None:
    """To be signed by the day on which it begins."""
    _arm(actor, row, SIGNATURE, row.effective_from)


def arm_start(actor: Actor, row: Endorsement) -> None:
    """Fires at the first instant of the day on which it begins."""
    _arm(actor, row, START, row.effective_from - timedelta(days=1))


def _arm(actor: Actor, row: Endorsement, kind: str, due: date) -> None:
    deadlines.open_deadline(
        actor=actor, kind=kind, subject=row, policyholder_id=row.policyholder_id,
        window=deadlines.fixed_window(min(clock.today(), due), due), params={"number": str(row)},
    )  # fmt: skip
