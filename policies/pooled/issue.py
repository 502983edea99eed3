"""Issue the policies of all published members: set by set, each set in one transaction, so that a killed run goes on (PLT-4).

A set writes organisations, numbers, policies, schedules, covers, counters, clocks, certificates, premium notices and
journals with one statement each. A member that has its policy is not looked at again: a second run has no effect.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from celery import current_app
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError

from policies import clocks
from policies.micro.buying import Order, cover_row
from policies.models import LiabilityCounter, MicroCover, Policy, PolicySchedule, PolicyState, Product
from policies.pooled import enrolment, letters, messages, platforms, standing
from policies.pooled.eligibility import INSURED
from policies.pooled.lifecycle import PLATFORM
from policies.pooled.lists import first_day
from policies.pooled.models import IssueRun, PlatformMember, PooledPlan, PooledPlatform
from policies.pooled.states import UNFINISHED, MemberState, RunState, SubsidyMode
from policies.schedule import ScheduleTerms, check_terms
from policies.services.quotes import schedule_row
from policies.services.signing import number_series
from policies.signals import policies_issued
from sinosure.accounts.actor import SYSTEM, Actor, actor_of
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.deadlines import services as deadlines
from sinosure.documents.services import next_number, next_numbers

log = logging.getLogger(__name__)
TASK = "policies.tasks.issue_pooled"
SET = 1_000
MOST_ATTEMPTS = 5
_RUN_LOCK = 7_320


@transaction.atomic
def ask(*, actor: Actor, platform_id: int) -> IssueRun:
    """Start a run over every published member; one at a time. Raises `nothing_to_issue`, `run_goes_on`, `platform_over` (409)."""
    platform = platforms.locked(actor, platform_id)
    PLATFORM.check("issue", platform, actor)
    if first_day(platform) >= platform.ends_on:
        raise DomainError("platform_over", _("The common period of this platform is over."), status=409)
    if platform.runs.filter(state__in=UNFINISHED).exists():
        raise DomainError("run_goes_on", _("Policies are being issued. Wait until that is done."), status=409)
    total = platform.members.filter(state=MemberState.PUBLISHED).count()
    if not total:
        message = _("No published member waits for a policy. Every one on the lists has its policy already.")
        raise DomainError("nothing_to_issue", message, status=409)
    run = IssueRun.objects.create(
        platform=platform, number=next_number(f"PR-{clock.today().year}"), total=total, asked_by_id=actor.user_id,
        asked_at=clock.now(),
    )  # fmt: skip
    audit.record(actor, "pooled.run_asked", run, detail={"members": total})
    transaction.on_commit(lambda: _send(run.pk))
    return run


def _send(run_id: int) -> None:
    try:
        current_app.send_task(TASK, args=[run_id], retry=False)
    except OperationalError:
        log.warning("no broker; run %s waits for it", run_id)


def work(run_id: int) -> str:
    """Set after set until nobody waits; returns the state. One worker a run; whoever comes second leaves."""
    if not _try_lock(run_id):
        return "busy"
    try:
        if not _begin(run_id):
            return "nothing to do"
        while issue_set(run_id):
            pass
        return str(IssueRun.objects.values_list("state", flat=True).get(pk=run_id))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_RUN_LOCK, run_id])


def _try_lock(run_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_RUN_LOCK, run_id])
        return bool(cursor.fetchone()[0])


@transaction.atomic
def _begin(run_id: int) -> bool:
    """Take an unfinished run up; one that killed its worker five times is not tried again."""
    run = IssueRun.objects.select_for_update().filter(pk=run_id, state__in=UNFINISHED).first()
    if run is None:
        return False
    run.attempts, run.woken_at = run.attempts + 1, clock.now()
    is_hopeless = run.attempts > MOST_ATTEMPTS
    run.state = RunState.FAILED if is_hopeless else RunState.RUNNING
    run.save(update_fields=["attempts", "woken_at", "state"])
    return not is_hopeless


@transaction.atomic
def issue_set(run_id: int, size: int | None = None) -> bool:
    """The next members without a policy; False when nobody is left and the run is done."""
    runs = IssueRun.objects.select_for_update(of=("self",)).select_related(
        "platform__wording", "platform__office", "asked_by__organisation"
    )
    run = runs.get(pk=run_id)
    if run.state != RunState.RUNNING:
        return False
    rows = PlatformMember.objects.select_for_update(of=("self",)).select_related("plan__tier", "list")
    members = list(rows.filter(platform=run.platform, state=MemberState.PUBLISHED).order_by("id")[: size or SET])
    actor = actor_of(run.asked_by) if run.asked_by else SYSTEM
    if not members:
        _finish(actor, run)
        return False
    taken = _refuse_insured(run.platform, enrolment.enrol(run.platform, members))
    if taken:
        _issue(actor, run, taken)
    run.issued, run.refused, run.woken_at = (
        run.issued + len(taken),
        run.refused + len(members) - len(taken),
        clock.now(),
    )
    run.attempts = 1
    run.save(update_fields=["issued", "refused", "woken_at", "attempts"])
    return True


def _refuse_insured(platform: PooledPlatform, members: Sequence[PlatformMember]) -> list[PlatformMember]:
    """Whoever was insured on its own since the list was confirmed does not get a second cover (PLT-4, POL-4)."""
    ids = [one.organisation_id for one in members]
    insured = standing.covers(Q(policyholder__in=ids), first_day(platform), platform.ends_on)
    refused = [one for one in members if one.uscc in insured]
    for one in refused:
        one.state, one.reason = MemberState.REFUSED, INSURED
    PlatformMember.objects.bulk_update(refused, ["state", "reason", "organisation"])
    return [one for one in members if one.uscc not in insured]


@dataclass(frozen=True)
class Frame:
    """What all policies of a set share."""

    platform: PooledPlatform
    signer_id: int | None
    starts_on: date
    now: datetime


def _issue(actor: Actor, run: IssueRun, members: Sequence[PlatformMember]) -> None:
    frame = Frame(run.platform, run.asked_by_id, first_day(run.platform), clock.now())
    policies = Policy.objects.bulk_create(_policies(frame, members))
    for member, policy in zip(members, policies, strict=True):
        member.platform = frame.platform  # so that nobody asks for it again
        member.policy, member.run, member.state = policy, run, MemberState.ISSUED
        member.period = enrolment.days(frame.starts_on, frame.platform.ends_on)
    PolicySchedule.objects.bulk_create(_schedules(frame, members, policies))
    LiabilityCounter.objects.bulk_create(
        _counter(member, policy) for member, policy in zip(members, policies, strict=True)
    )
    if frame.platform.product == Product.MICRO:
        MicroCover.objects.bulk_create(_cover(member, policy) for member, policy in zip(members, policies, strict=True))
    PlatformMember.objects.bulk_update(members, ["organisation", "policy", "run", "state", "period"])
    opens = frame.platform.wording.named.days("renewal_opens_days")
    deadlines.open_many([one for policy in policies for one in clocks.cover_openings(policy, opens)])
    letters.issue_certificates(actor, frame.platform, members)
    policies_issued.send(sender=Policy, members=members, actor=actor)
    messages.tell_members(frame.platform, members)
    detail = {
        "policies": len(members),
        "first": policies[0].number,
        "last": policies[-1].number,
        "digest": _digest(members),
    }
    audit.record(actor, "pooled.issued", run, detail=detail)


def _policies(frame: Frame, members: Sequence[PlatformMember]) -> list[Policy]:
    """Numbered and signed for the insurer; in force at once where the subsidy covers all of the premium (PRM-3)."""
    applications = next_numbers(f"AP-{clock.today().year}", len(members))
    numbers = next_numbers(number_series(frame.platform.wording, frame.platform.office), len(members))
    return [
        _policy(frame, member, application, number)
        for member, application, number in zip(members, applications, numbers, strict=True)
    ]


def _policy(frame: Frame, member: PlatformMember, application: str, number: str) -> Policy:
    platform, received = frame.platform, _received(member)
    begins = received >= member.gross and frame.starts_on <= clock.today()
    return Policy(
        number=number, application_no=application, policyholder=member.organisation, product=platform.product,
        wording=platform.wording, office=platform.office, state=PolicyState.IN_FORCE if begins else PolicyState.SIGNED,
        currency=member.currency, starts_on=frame.starts_on, ends_on=platform.ends_on, proposal=_proposal(frame, member),
        submitted_at=member.list.uploaded_at, signed_at=frame.now,
        insurer_signer_id=frame.signer_id, deposit_received=received, in_force_at=frame.now if begins else None,
        created_at=frame.now,
    )  # fmt: skip


def _received(member: PlatformMember) -> Decimal:
    """The confirmed subsidy counts as premium received; what is reimbursed later does not."""
    counts = member.subsidy_confirmed_at is not None and member.subsidy_mode != SubsidyMode.PAY_THEN_REIMBURSE
    return member.subsidy if counts else Decimal(0)


def _proposal(frame: Frame, member: PlatformMember) -> dict[str, str]:
    """What the list says of the firm, in the words of an application."""
    return {
        "uscc": member.uscc, "turnover_1": f"{member.exports_last_year:f}", "currency": member.currency,
        "starts_on": frame.starts_on.isoformat(),
    }  # fmt: skip


def _schedules(frame: Frame, members: Sequence[PlatformMember], policies: Sequence[Policy]) -> list[PolicySchedule]:
    return [
        schedule_row(SYSTEM, policy, _terms(frame, member.plan, member), version=1)
        for member, policy in zip(members, policies, strict=True)
    ]


def _terms(frame: Frame, plan: PooledPlan, member: PlatformMember) -> ScheduleTerms:
    wording = frame.platform.wording.named
    turnover: dict[str, Any] = {
        "estimated_turnover": member.exports_last_year,
        "rate_basis": "FLAT",
        "flat_rate_pct": plan.flat_rate_pct,
    }
    terms = ScheduleTerms(
        insured_ratios=wording.ratios(), max_liability=plan.max_liability, minimum_premium=plan.minimum_premium,
        starts_on=frame.starts_on, ends_on=frame.platform.ends_on, valid_until=frame.starts_on,
        max_credit_days=wording.days("max_credit_days"), **(turnover if plan.tier is None else {}),
    )  # fmt: skip
    check_terms(terms, frame.platform.product, wording)
    return terms


def _counter(member: PlatformMember, policy: Policy) -> LiabilityCounter:
    return LiabilityCounter(
        policy=policy,
        policyholder_id=policy.policyholder_id,
        currency=policy.currency,
        maximum=member.plan.max_liability,
    )


def _cover(member: PlatformMember, policy: Policy) -> MicroCover:
    assert member.plan.tier is not None  # CHECK pooled_plan_of_product
    order = Order(
        tier=member.plan.tier.code, uscc=member.uscc, exports_last_year=member.exports_last_year, contact_name="",
        contact_phone="", is_truthful=True,
    )  # fmt: skip
    return cover_row(member.list.uploaded_by_id, policy, order, member.plan.tier, member.max_exports)


def _digest(members: Sequence[PlatformMember]) -> str:
    lines = (f"{one.uscc}|{one.policy}|{one.gross}|{one.subsidy}|{one.payable}" for one in members)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _finish(actor: Actor, run: IssueRun) -> None:
    """The run is done; its digest is over every policy that it issued, in the order of the lists."""
    run.state, run.finished_at = RunState.DONE, clock.now()
    run.digest = _digest(list(run.members.select_related("policy").order_by("id")))
    run.save(update_fields=["state", "finished_at", "digest"])
    detail = {"policies": run.issued, "refused": run.refused, "digest": run.digest}
    audit.record(actor, "pooled.run_finished", run, detail=detail)
