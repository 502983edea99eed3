"""The only writers of endorsements (批改): either side asks, an underwriter draws up, a second one approves, the insured signs.

The signature writes the next version of the schedule, which is never rewritten; shipments made before keep theirs (POL-1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from policies import above
from policies.endorsements import clocks, letters, messages
from policies.endorsements.changes import (
    LABELS,
    NO_CHANGE,
    applied,
    check_effective,
    differences,
    terms_of,
)
from policies.endorsements.lifecycle import ENDORSEMENT, OPEN_STATES
from policies.lifecycle import COVERING
from policies.models import Endorsement, EndorsementState, LiabilityCounter, Policy, PolicySchedule
from policies.moving import locked_policy
from policies.schedule import ScheduleTerms, check_cover, with_extension
from policies.services.quotes import write_schedule
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed, Stale, WrongState
from sinosure.deadlines import services as deadlines
from sinosure.deadlines.models import Deadline
from sinosure.documents import services as documents

INSURED, INSURER = "INSURED", "INSURER"
ONE_OPEN = _("Endorsement %(number)s of this policy is still open. Finish it first.")
BELOW_PAID = _("%(paid)s was paid under this policy already. The maximum cannot be lower.")
FIXED = _("The cover of this product is fixed for the year it was paid for. Choose another tier when you renew.")
NO_LONGER = _("The day from which the change applies has passed or a shipment was made. Draw it up with a later day.")


@transaction.atomic
def request(*, actor: Actor, policy_id: int, wish: str, effective_from: date) -> Endorsement:
    """Ask for a change, in words; of the insured or, by an underwriter, of the insurer."""
    policy = locked_policy(actor, policy_id)
    if not (actor.may("policies.apply", policy) or actor.can("policies.quote")):
        raise NotAllowed()
    _check_policy(policy)
    if not wish.strip():
        raise DomainError("required", _("Say what is to be changed, and why."), field="wish")
    check_day(policy, effective_from)
    row = Endorsement.objects.create(
        policy=policy, policyholder_id=policy.policyholder_id, wish=wish.strip(), effective_from=effective_from,
        requested_by_id=actor.user_id, requested_at=clock.now(), is_from_insured=not actor.is_insurer,
    )  # fmt: skip
    audit.record(actor, "endorsement.requested", row, detail={"effective_from": effective_from})
    audit.record(actor, "policy.endorsement_requested", policy, detail={"reason": row.wish})
    messages.tell_underwriters(actor, "endorsement.requested", row)
    return row


def _check_policy(policy: Policy) -> None:
    if policy.state not in COVERING:
        raise WrongState("endorse", policy.get_state_display())
    if policy.wording.named.is_paid_once:
        raise DomainError("fixed_for_the_year", FIXED)
    earlier = policy.endorsements.filter(state__in=OPEN_STATES).first()
    if earlier is not None:
        raise DomainError("endorsement_open", ONE_OPEN, status=409, number=str(earlier), id=earlier.pk)


def check_day(policy: Policy, effective_from: date) -> None:
    """Raises `before_shipment`, `effective_in_the_past`, `before_last_version` or `effective_after_end`."""
    check_effective(
        effective_from, today=clock.today(), ends_on=policy.ends_on,
        last_version_from=_latest(policy).effective_from, last_risk_on=above.latest_risk_day(policy.pk),
    )  # fmt: skip


def _latest(policy: Policy) -> PolicySchedule:
    """The last version, which the next one changes; it may begin in the future."""
    return policy.schedules.order_by("-version").prefetch_related("excluded_countries")[0]


@transaction.atomic
def draft(
    *, actor: Actor, endorsement_id: int, terms: Mapping[str, Any], effective_from: date, version: int | None = None
) -> Endorsement:
    """Draw up the change: `terms` are fields of ScheduleTerms. Raises what the schedule's own rules refuse."""
    row = locked(actor, endorsement_id, version)
    ENDORSEMENT.check("draft", row, actor)
    changes = changes_of(row.policy, terms)
    check_day(row.policy, effective_from)
    return _move(
        actor, row, "draft", {"changes": sorted(changes)}, changes=changes, effective_from=effective_from,
        drafted_by_id=actor.user_id, drafted_at=clock.now(),
    )  # fmt: skip


def changes_of(policy: Policy, terms: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What `terms` would change, checked against the rules of the product. Raises `nothing_changed`, `below_paid`, …"""
    before = terms_of(policy, _latest(policy))
    values = {name: value for name, value in terms.items() if name in LABELS}
    if "insured_ratios" in values:  # a risk that is not named keeps its percentage
        values["insured_ratios"] = {**before.insured_ratios, **values["insured_ratios"]}
    after = with_extension(replace(before, **values), policy.wording.named)
    check_cover(after, policy.product, policy.wording.named, policy.policyholder.uscc)
    _check_paid(policy, after)
    changes = differences(before, after)
    if not changes:
        raise DomainError("nothing_changed", NO_CHANGE)
    return changes


def terms_after(row: Endorsement) -> ScheduleTerms:
    """The latest version with the changes of the endorsement."""
    return applied(terms_of(row.policy, _latest(row.policy)), row.changes)


def _check_paid(policy: Policy, after: ScheduleTerms) -> None:
    counter = LiabilityCounter.objects.filter(pk=policy.pk).first()
    if counter is not None and after.max_liability < counter.paid_total:
        raise DomainError("below_paid", BELOW_PAID, field="max_liability", paid=counter.paid_total)


@transaction.atomic
def approve(*, actor: Actor, endorsement_id: int, version: int | None = None) -> Endorsement:
    """A second underwriter approves and signs the 批单 for the insurer; its number is given here."""
    row = locked(actor, endorsement_id, version)
    ENDORSEMENT.check("approve", row, actor)
    _check_still_ahead(row)
    number = documents.next_number(f"{row.policy}-E", width=2)
    _move(actor, row, "approve", number=number, approved_by_id=actor.user_id, approved_at=clock.now())
    documents.sign(actor=actor, document=letters.issue(actor, row), party=INSURER)
    clocks.arm_signature(actor, row)
    messages.tell_insured(actor, "endorsement.approved", row)
    return row


def _check_still_ahead(row: Endorsement) -> None:
    """Meanwhile the day may have passed or a shipment may have been made."""
    try:
        check_day(row.policy, row.effective_from)
    except DomainError as late:
        raise DomainError("effective_day_passed", NO_LONGER, status=409, because=late.code) from late


@transaction.atomic
def send_back(*, actor: Actor, endorsement_id: int, reason: str) -> Endorsement:
    """The second underwriter does not approve it as it stands."""
    return _with_reason(actor, endorsement_id, "return", reason)


@transaction.atomic
def decline(*, actor: Actor, endorsement_id: int, reason: str) -> Endorsement:
    """The insurer does not change the policy; the insured reads why."""
    row = _with_reason(actor, endorsement_id, "decline", reason)
    messages.tell_insured(actor, "endorsement.declined", row)
    return row


@transaction.atomic
def refuse(*, actor: Actor, endorsement_id: int, reason: str) -> Endorsement:
    """The insured does not sign; the schedule stays as it is."""
    row = _with_reason(actor, endorsement_id, "refuse", reason)
    deadlines.cancel(actor=actor, kind=clocks.SIGNATURE, subject=row)
    messages.tell_underwriters(actor, "endorsement.refused", row)
    return row


@transaction.atomic
def withdraw(*, actor: Actor, endorsement_id: int) -> Endorsement:
    """The insured takes its request back before it is drawn up; one of the insurer is declined instead."""
    row = locked(actor, endorsement_id)
    if not row.is_from_insured:
        raise NotAllowed()
    return _move(actor, row, "withdraw")


def _with_reason(actor: Actor, endorsement_id: int, action: str, reason: str) -> Endorsement:
    row = locked(actor, endorsement_id)
    ENDORSEMENT.check(action, row, actor)
    if not reason.strip():
        raise DomainError("required", _("Give the reason."), field="text")
    return _move(actor, row, action, {"reason": reason}, remark=reason.strip()[:1000])


@transaction.atomic
def sign(*, actor: Actor, endorsement_id: int, version: int | None = None) -> Endorsement:
    """The insured signs: the next version of the schedule is written, and the maximum follows on its first day."""
    row = locked(actor, endorsement_id, version)
    ENDORSEMENT.check("sign", row, actor)
    _check_still_ahead(row)
    terms = terms_after(row)
    _check_paid(row.policy, terms)
    schedule = write_schedule(actor, row.policy, terms, row.effective_from, row.number or "")
    _move(actor, row, "sign", signed_by_id=actor.user_id, signed_at=clock.now(), schedule_id=schedule.pk)
    documents.sign(actor=actor, document=letters.paper_of(row), party=INSURED)
    deadlines.meet(actor=actor, kind=clocks.SIGNATURE, subject=row)
    _begin_or_wait(actor, row)
    audit.record(actor, "policy.endorsed", row.policy, detail={"reason": row.number, "schedule": schedule.version})
    messages.tell_all(actor, "endorsement.signed", row)
    return row


def _begin_or_wait(actor: Actor, row: Endorsement) -> None:
    if row.effective_from <= clock.today():
        _follow_maximum(row)
    elif "max_liability" in row.changes:
        clocks.arm_start(actor, row)


def _follow_maximum(row: Endorsement) -> None:
    """The counter takes the maximum of the schedule; never below what was paid meanwhile."""
    maximum = row.schedule.max_liability if row.schedule else None
    if maximum is not None and "max_liability" in row.changes:
        LiabilityCounter.objects.filter(pk=row.policy_id).update(maximum=Greatest(F("paid_total"), maximum))


@transaction.atomic
def begin(rows: Iterable[Deadline]) -> None:
    """The effect of ENDORSEMENT_START: the first day of the change has come."""
    for due in rows:
        _follow_maximum(locked(SYSTEM, due.subject_id))


@transaction.atomic
def lapse(rows: Iterable[Deadline]) -> None:
    """The effect of ENDORSEMENT_SIGNATURE: nobody signed before the change was to begin."""
    for due in rows:
        row = locked(SYSTEM, due.subject_id)
        if row.state == EndorsementState.APPROVED:
            _move(SYSTEM, row, "lapse")
            messages.tell_insured(SYSTEM, "endorsement.lapsed", row)


def locked(actor: Actor, endorsement_id: int, version: int | None = None) -> Endorsement:
    """Policy first, then the endorsement. Raises DoesNotExist for what the actor may not see, Stale."""
    seen: Endorsement = Endorsement.objects.visible_to(actor).get(pk=endorsement_id)
    policy = locked_policy(actor, seen.policy_id)
    row: Endorsement = Endorsement.objects.select_for_update(of=("self",)).get(pk=endorsement_id)
    if version is not None and row.version != version:
        raise Stale()
    row.policy = policy
    return row


def _move(
    actor: Actor, row: Endorsement, action: str, detail: dict[str, Any] | None = None, **columns: Any
) -> Endorsement:
    was, target = row.state, ENDORSEMENT.check(action, row, actor).target
    for name, value in {"state": target, "version": row.version + 1, **columns}.items():
        setattr(row, name, value)
    row.save(update_fields=["state", "version", *(name.removesuffix("_id") for name in columns)])
    audit.record(actor, f"endorsement.{action}", row, detail={"from": was, "to": row.state, **(detail or {})})
    return row
