"""Open candidates when a severe alarm is published; stop or keep cover, one or many at a time, with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from credit_info.models import RiskEvent
from credit_info.models.obligor import Obligor
from credit_info.signals import risk_event_published
from limits.candidates.lifecycle import CANDIDATE
from limits.candidates.models import CandidateState, StopCandidate
from limits.candidates.stake import at_stake
from limits.models import CreditLimit, StopReason
from limits.services import stops
from sinosure.accounts.actor import Actor
from sinosure.accounts.roles import Role
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.notifications.services import notify_insurer

SEVERE, LIGHT, COVER = "SEVERE", "LIGHT", "COVER"


def connect() -> None:
    risk_event_published.connect(on_event, dispatch_uid="limits.open_candidates")


def on_event(*, event: RiskEvent, actor: Actor, **_named: Any) -> None:
    """A red light and a suspended country stop by themselves (LIM-10 c, d); every other severe alarm asks."""
    if event.severity != SEVERE or event.kind in (LIGHT, COVER):
        return
    asked = set(StopCandidate.objects.filter(event=event).values_list("obligor_id", flat=True))
    now = clock.now()
    rows = [StopCandidate(event=event, obligor_id=pk, opened_at=now) for pk in _affected(event) if pk not in asked]
    StopCandidate.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1_000)
    if rows:
        audit.record(actor, "stop_candidates.opened", event, detail={"obligors": len(rows)})
        told = {"number": event.number, "buyers": len(rows)}
        notify_insurer(actor, "limit.stop_candidates", event, Role.UNDERWRITER, params=told)


def _affected(event: RiskEvent) -> list[int]:
    """Obligors that the subject takes in, with cover that is still open or drawn."""
    subject = event.subject
    columns = {
        "obligor": subject.obligor_id,
        "obligor__country": subject.country_id,
        "obligor__section": subject.section,
    }
    named = {name: value for name, value in columns.items() if value is not None}
    open_limits = CreditLimit.objects.filter(**named, is_stopped=False)
    carrying = open_limits.filter(amount__gt=0) | open_limits.filter(used__gt=0)
    return list(carrying.order_by("obligor_id").values_list("obligor_id", flat=True).distinct())


def stop(*, actor: Actor, event_id: int, candidate_ids: Sequence[int], comment: str) -> list[StopCandidate]:
    """Every limit on these obligors is stopped, of all policies (LIM-10). Raises what `_decide` raises."""
    return _decide(actor, "stop", event_id, candidate_ids, comment)


def keep(*, actor: Actor, event_id: int, candidate_ids: Sequence[int], comment: str) -> list[StopCandidate]:
    """Cover goes on; the reason is kept."""
    return _decide(actor, "keep", event_id, candidate_ids, comment)


@transaction.atomic
def _decide(
    actor: Actor, action: str, event_id: int, candidate_ids: Sequence[int], comment: str
) -> list[StopCandidate]:  # fmt: skip
    """Raises `none_chosen`, `unknown_candidate`, `comment_required`, `wrong_state` (409) when one is decided already."""
    if not actor.can("limits.stop"):
        raise NotAllowed()
    if not candidate_ids:
        raise DomainError("none_chosen", _("Tick at least one buyer."), field="chosen")
    if not comment.strip():
        raise DomainError("comment_required", _("Say why; the decision is kept with it."), field="comment")
    rows = _locked(actor, event_id, candidate_ids)
    stakes = at_stake([row.obligor_id for row in rows])
    for row in rows:
        CANDIDATE.check(action, row, actor)
        row.at_stake = [line.as_json() for line in stakes[row.obligor_id]]
        _settle(actor, row, action, comment.strip())
    return rows


def _locked(actor: Actor, event_id: int, candidate_ids: Sequence[int]) -> list[StopCandidate]:
    mine = StopCandidate.objects.visible_to(actor).filter(event=event_id, pk__in=candidate_ids)
    rows = list(mine.select_related("obligor", "event").order_by("obligor_id").select_for_update(of=("self",)))
    if len(rows) != len(set(candidate_ids)):
        raise DomainError(
            "unknown_candidate", _("One of them does not belong to this alarm. Reload the page."), field="chosen"
        )
    return rows


def _settle(actor: Actor, row: StopCandidate, action: str, comment: str) -> None:
    row.state = CandidateState.STOPPED if action == "stop" else CandidateState.KEPT
    row.decided_at, row.decided_by_id, row.comment = clock.now(), actor.user_id, comment
    row.save(update_fields=["state", "decided_at", "decided_by", "comment", "at_stake"])
    detail = {"event": row.event.number, "obligor": row.obligor_id, "comment": comment, "at_stake": row.at_stake}
    audit.record(actor, f"stop_candidate.{action}", row, detail=detail)
    if action == "stop":
        _stop_limits(actor, row.obligor, row.event, comment)


def _stop_limits(actor: Actor, obligor: Obligor, event: RiskEvent, comment: str) -> None:
    stops.stop_for_obligor(
        actor=actor, obligor_id=obligor.pk, reason=StopReason.UNDERWRITER, source=event, comment=comment
    )
