"""Load a year's official working days: one administrator proposes, a second confirms, open clocks move (LN-4)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.accounts.models import User
from sinosure.accounts.roles import Role
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.core.lifecycle import FOUR_EYES
from sinosure.deadlines import recompute
from sinosure.deadlines.models import CalendarDraft, DraftState
from sinosure.notifications.models import Message
from sinosure.notifications.services import notify_insurer
from sinosure.reference import calendar
from sinosure.reference.calendar import DayRule
from sinosure.reference.models import CalendarYear
from sinosure.reference.notice_text import parse_notice

CAPABILITY = "reference.calendar"
PROPOSED, ENDS = "calendar.proposed", "calendar.ends"


@dataclass(frozen=True)
class Preview:
    """What a notice would do: the days that differ from Mon–Fri, and the clocks that would move."""

    rules: list[DayRule]
    moves: list[recompute.Moved]


def preview(*, year: int, text: str) -> Preview:
    """Nothing is kept: the load is done in a transaction that is rolled back."""
    rules = parse_notice(text, year)
    calendar.check_rules(year, rules)
    return Preview(rules, _dry_run(year, rules))


def _dry_run(year: int, rules: Sequence[DayRule]) -> list[recompute.Moved]:
    with transaction.atomic():
        calendar.store_year(year=year, rules=rules, is_official=True, source="preview")
        moves = recompute.planned_moves(year)
        transaction.set_rollback(True)
    return moves


@transaction.atomic
def propose(*, actor: Actor, year: int, text: str, source: str) -> CalendarDraft:
    """Keep a notice until a second administrator has looked at it."""
    _check_duty(actor)
    found = preview(year=year, text=text)
    try:
        with transaction.atomic():
            draft = CalendarDraft.objects.create(
                year=year, source=source, text=text, exceptions=[rule.as_json() for rule in found.rules],
                proposed_by=_person(actor), proposed_at=clock.now(),
            )  # fmt: skip
    except IntegrityError as error:
        message = _("A notice for %(year)s is already waiting. Confirm or discard it first.")
        raise DomainError("draft_waiting", message, field="year", status=409, year=year) from error
    audit.record(actor, "calendar.proposed", draft, detail={"year": year, "sha256": _digest(text), "source": source})
    notify_insurer(actor, PROPOSED, draft, Role.SYSTEM_ADMIN, params={"year": year})
    return draft


@transaction.atomic
def confirm(*, actor: Actor, draft_id: int) -> CalendarDraft:
    """The second administrator loads the notice; every open clock that touches the year is recomputed."""
    _check_duty(actor)
    draft = _waiting(draft_id)
    if draft.proposed_by_id == actor.user_id:
        raise NotAllowed("four_eyes", FOUR_EYES)
    rules = [DayRule.from_json(stored) for stored in draft.exceptions]
    moved = load(actor=actor, year=draft.year, rules=rules, source=draft.source)
    return _settle(actor, draft, DraftState.LOADED, [one.as_json() for one in moved])


@transaction.atomic
def discard(*, actor: Actor, draft_id: int) -> CalendarDraft:
    _check_duty(actor)
    draft = _settle(actor, _waiting(draft_id), DraftState.DISCARDED, [])
    audit.record(actor, "calendar.discarded", draft, detail={"year": draft.year})
    return draft


@transaction.atomic
def load(*, actor: Actor, year: int, rules: Sequence[DayRule], source: str) -> list[recompute.Moved]:
    """Replace a year by its official days and recompute. The page asks two people first; the command does not."""
    calendar.check_rules(year, rules)
    before = CalendarYear.objects.select_for_update().filter(year=year).first()
    stored = calendar.store_year(year=year, rules=rules, is_official=True, source=source)
    moved = recompute.recompute(actor=actor, year=year)
    detail = {
        "year": year, "source": source, "was_official": bool(before and before.is_official), "days": len(rules),
        "moved": [one.as_json() for one in moved],
    }  # fmt: skip
    audit.record(actor, "calendar.loaded", stored, detail=detail)
    return moved


def _check_duty(actor: Actor) -> None:
    if not actor.can(CAPABILITY):
        raise NotAllowed()


def _person(actor: Actor) -> User:
    if actor.user_id is None:
        raise NotAllowed()
    return User.objects.get(pk=actor.user_id)


def _waiting(draft_id: int) -> CalendarDraft:
    draft = CalendarDraft.objects.select_for_update(of=("self",)).get(pk=draft_id)
    if draft.state != DraftState.PROPOSED:
        raise DomainError("wrong_state", _("This notice was already loaded or discarded."), status=409)
    return draft


def _settle(actor: Actor, draft: CalendarDraft, state: DraftState, moved: list[dict[str, object]]) -> CalendarDraft:
    draft.state, draft.settled_by_id, draft.settled_at, draft.moved = state, actor.user_id, clock.now(), moved
    draft.save(update_fields=["state", "settled_by", "settled_at", "moved"])
    return draft


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def warn_before_gap() -> bool:
    """60 days before the official days run out, tell the administrators once. Returns whether a message went out."""
    left = calendar.days_until_gap(clock.today())
    until = calendar.official_until()
    if left is None or until is None:
        return False
    year = CalendarYear.objects.select_for_update().get(year=until.year)
    if Message.objects.filter(kind=ENDS, subject_id=year.pk).exists():
        return False
    notify_insurer(SYSTEM, ENDS, year, Role.SYSTEM_ADMIN, params=_gap_params(until, left))
    return True


def _gap_params(until: date, left: int) -> dict[str, object]:
    return {"until": until.isoformat(), "days": left, "next": until.year + 1}
