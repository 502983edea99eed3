"""Stop-cover candidates as the desk shows them."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from credit_info.models import RiskEvent
from limits.candidates.models import CandidateState, StopCandidate
from limits.candidates.stake import Stake, at_stake
from sinosure.accounts.actor import Actor


def candidates(actor: Actor, state: str = "") -> QuerySet[StopCandidate]:
    rows = StopCandidate.objects.visible_to(actor).select_related(
        "event__subject__country", "obligor__country", "decided_by"
    )
    return rows.filter(state=state) if state in CandidateState.values else rows


def alarms(actor: Actor, state: str = CandidateState.OPEN) -> QuerySet[RiskEvent]:
    """Alarms with candidates, `waiting` and `asked` counted."""
    mine = StopCandidate.objects.visible_to(actor)
    mine = mine.filter(state=state) if state else mine
    rows = RiskEvent.objects.filter(pk__in=mine.values("event"))
    rows = rows.select_related("subject__country", "subject__obligor")
    waiting = Count("stop_candidates", filter=Q(stop_candidates__state=CandidateState.OPEN))
    return rows.annotate(waiting=waiting, asked=Count("stop_candidates"))


def of_alarm(actor: Actor, event_id: int) -> list[tuple[StopCandidate, list[Stake]]]:
    """Each candidate with what is at stake now, those to be decided in front."""
    rows = list(candidates(actor).filter(event=event_id).order_by("obligor__name", "pk"))
    stakes = at_stake([row.obligor_id for row in rows])
    waiting_first = sorted(rows, key=lambda row: row.state != CandidateState.OPEN)
    return [(row, stakes[row.obligor_id]) for row in waiting_first]


def open_count(actor: Actor) -> int | None:
    """For the desk of those who decide."""
    return StopCandidate.objects.visible_to(actor).open()[:100].count() if actor.can("limits.stop") else None
