"""Propose and approve: outcome, authority, caps, four eyes; a decision becomes a version (LIM-3, LIM-12, LIM-14, LIM-15)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from credit_info.reports.quoting import check_reasons
from limits import clocks, letters, messages
from limits.authority import COMMITTEE, Authority, authority_for
from limits.availability import RANKS, term_group
from limits.conditions import COMMERCIAL_EXCLUDED, checked
from limits.lifecycle import APPLICATION
from limits.models import (
    AuthorityLevel,
    CreditLimit,
    CreditLimitVersion,
    LimitApplication,
    Outcome,
    Proposal,
    VersionKind,
)
from limits.services.applications import locked_application, move
from limits.services.caps import Exposure, exposure, in_usd, keep_granted
from limits.services.stops import carry_over
from limits.services.versions import Terms, in_force, install
from policies.models import Policy, PolicySchedule
from policies.selectors import schedule_on
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import RoleGrant
from sinosure.accounts.roles import Role
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.deadlines import services as deadlines
from sinosure.documents.services import next_number
from sinosure.reference.models import Country, CoverStatus

HARD_CAP = Decimal("0.90")


@dataclass(frozen=True)
class Decision:
    """What is proposed. `reasons` are read by the exporter, `internal_note` only by the desk (LIM-4)."""

    outcome: str
    amount: Decimal
    term: str
    max_credit_days: int
    effective_from: date
    valid_until: date
    insured_ratio: Decimal | None = None
    conditions: list[dict[str, Any]] = field(default_factory=list)
    reasons: str = ""
    internal_note: str = ""
    is_temporary: bool = False
    pre_shipment: bool = False


def schedule_of(policy: Policy) -> PolicySchedule | None:
    """The schedule in force today."""
    return schedule_on(policy, clock.today())


def ceilings() -> dict[int, Decimal]:
    """LIM-15 as configured: level → USD; the committee has no ceiling."""
    rows = AuthorityLevel.objects.filter(ceiling_usd__isnull=False)
    return dict(rows.values_list("level", "ceiling_usd"))


def authority_of(application: LimitApplication, amount: Decimal, *, lock: bool = False) -> tuple[Authority, Exposure]:
    """Whose signature an amount needs, with the exposure that may lift it one level (LIM-14)."""
    usd = in_usd(amount, application.currency)
    limit = limit_of(application)
    found = exposure(application.obligor, usd, without_limit=limit.pk if limit else None, lock=lock)
    return authority_for(usd, over_cap=found.is_over and bool(amount), ceilings=ceilings()), found


def limit_of(application: LimitApplication) -> CreditLimit | None:
    return CreditLimit.objects.filter(
        policy=application.policy_id, obligor=application.obligor_id, term_group=term_group(application.term)
    ).first()


@transaction.atomic
def propose(*, actor: Actor, application_id: int, decision: Decision, version: int | None = None) -> Proposal:
    """An underwriter's proposal, with the level of authority that it needs."""
    application = locked_application(actor, application_id, version)
    APPLICATION.check("propose", application, actor)
    conditions = _conditions(application, decision)
    check_reasons(application.obligor_id, decision.reasons)
    _check_decision(application, decision, conditions)
    authority, found = authority_of(application, decision.amount)
    proposal = Proposal.objects.create(
        application=application, outcome=decision.outcome, amount=decision.amount,
        usd_amount=in_usd(decision.amount, application.currency), max_credit_days=decision.max_credit_days,
        term=decision.term, insured_ratio=decision.insured_ratio, effective_from=decision.effective_from,
        valid_until=decision.valid_until, is_temporary=decision.is_temporary, pre_shipment=decision.pre_shipment, conditions=conditions,
        reasons=decision.reasons, internal_note=decision.internal_note, level_needed=authority.level,
        needs_second_person=authority.needs_second_person, proposed_by_id=actor.user_id, proposed_at=clock.now(),
    )  # fmt: skip
    move(actor, application, "propose", {"outcome": decision.outcome, "amount": decision.amount,
         "level": authority.level, "over_cap": found.is_over})  # fmt: skip
    role = Role.COMMITTEE if authority.level == COMMITTEE else Role.UNDERWRITER
    messages.tell_desk(actor, "limit.proposed", application, role)
    return proposal


def _conditions(application: LimitApplication, decision: Decision) -> list[dict[str, str]]:
    """LIM-12: on a related party commercial risks are out, whether somebody ticks it or not."""
    related = [{"code": COMMERCIAL_EXCLUDED}] if application.is_related_party and decision.amount else []
    return checked([*decision.conditions, *related])


def _check_decision(application: LimitApplication, decision: Decision, conditions: list[dict[str, str]]) -> None:
    _check_outcome(application, decision, conditions)
    if RANKS[decision.term] > RANKS[application.term] or term_group(decision.term) != term_group(application.term):
        message = _("The term must be of the kind asked for, and not riskier.")
        raise DomainError("term_riskier", message, field="term")
    if decision.pre_shipment and not application.pre_shipment:
        message = _("Cover before shipment was not asked for.")
        raise DomainError("pre_shipment_not_asked", message, field="pre_shipment")
    _check_policy_terms(application, decision)
    _check_country(application, decision.amount)


def _check_outcome(application: LimitApplication, decision: Decision, conditions: list[dict[str, str]]) -> None:
    asked, amount = application.amount, decision.amount
    fits = {
        Outcome.APPROVED_FULL: amount == asked,
        Outcome.APPROVED_PARTIAL: 0 < amount < asked,
        Outcome.APPROVED_CONDITIONAL: 0 < amount <= asked and bool(conditions),
        Outcome.ZERO: not amount and not decision.is_temporary,
    }
    if not fits[Outcome(decision.outcome)]:
        message = _("Full means the amount asked for, in part less than that, conditional needs a condition, nil is 0.")
        raise DomainError("outcome_and_amount", message, field="amount")
    if decision.outcome != Outcome.APPROVED_FULL and not decision.reasons.strip():
        raise DomainError("required", _("Give the reasons; the exporter reads them."), field="reasons")


def _check_policy_terms(application: LimitApplication, decision: Decision) -> None:
    policy, schedule = application.policy, schedule_of(application.policy)
    days = min(schedule.max_credit_days if schedule else 365, 730)
    if decision.max_credit_days > days:
        message = _("The policy allows credit of at most %(days)s days.")
        raise DomainError("tenor_over_policy", message, field="max_credit_days", days=days)
    ceiling = min(schedule.highest_ratio if schedule else HARD_CAP, HARD_CAP)
    if decision.insured_ratio is not None and not 0 < decision.insured_ratio <= ceiling:
        message = _("The insured percentage lies above 0 and is at most %(pct)s%% under this policy.")
        raise DomainError("ratio_over_policy", message, field="insured_ratio", pct=int(ceiling * 100))
    if not decision.effective_from <= decision.valid_until <= policy.ends_on:
        message = _("The limit starts before it ends, and ends with the policy on %(day)s at the latest.")
        raise DomainError("limit_dates", message, field="valid_until", day=policy.ends_on)


def _check_country(application: LimitApplication, amount: Decimal, lock: bool = False) -> None:
    """LIM-10 d. With `lock` the country stays as it is until the commit: a suspension waits, and then stops this limit too."""
    rows = Country.objects.select_for_update(no_key=True) if lock else Country.objects
    if amount and rows.get(pk=application.obligor.country_id).cover_status == CoverStatus.SUSPENDED:
        raise DomainError(
            "country_suspended", _("Cover on this country is suspended: only a nil limit is possible."), field="outcome"
        )


@transaction.atomic
def approve(*, actor: Actor, application_id: int, comment: str = "", version: int | None = None) -> LimitApplication:
    """The signature of another person; the committee's second vote or any other's first decides.

    Level and caps are looked at again under locks (country cap, buyer cap, limit), and so is the grant of this moment.
    """
    application = locked_application(actor, application_id, version)
    APPLICATION.check("approve", application, actor)
    proposal = Proposal.objects.select_for_update(of=("self",)).get(application=application, returned_at=None)
    _check_country(application, proposal.amount, lock=True)
    authority, found = authority_of(application, proposal.amount, lock=True)
    level = max(authority.level, proposal.level_needed)
    _check_grant(actor, level)
    _vote(actor, proposal, level, authority, comment)
    quorum = AuthorityLevel.objects.get(pk=level).quorum
    if quorum > 1 and proposal.seconded_by_id is None:
        audit.record(actor, "limit_application.first_vote", application, detail={"comment": comment})
        application.__dict__.pop("live_proposal", None)
        return application
    return _decide(actor, application, proposal, found)


def _check_grant(actor: Actor, level: int) -> None:
    """The grant as it stands now, not as it stood when the person signed in; held until the commit by the trigger."""
    grants = RoleGrant.objects.filter(user=actor.user_id, revoked_at=None)
    grants = (
        grants.filter(role=Role.COMMITTEE)
        if level == COMMITTEE
        else grants.filter(role=Role.UNDERWRITER, tier__gte=level)
    )
    if not grants.exists():
        if level == COMMITTEE:
            raise NotAllowed("authority", _("This amount needs two members of the underwriting committee."))
        raise NotAllowed("authority", _("This amount needs an underwriter of level %(level)s or higher."), level=level)


def _vote(actor: Actor, proposal: Proposal, level: int, authority: Authority, comment: str) -> None:
    proposal.level_needed, proposal.needs_second_person = level, authority.needs_second_person
    if proposal.approved_by_id is None:
        proposal.approved_by_id, proposal.approved_at = actor.user_id, clock.now()
    elif proposal.approved_by_id == actor.user_id:
        raise NotAllowed("four_eyes", _("You have voted already. Another member of the committee must vote too."))
    else:
        proposal.seconded_by_id = actor.user_id
    proposal.comment = comment or proposal.comment
    proposal.save()


def _decide(actor: Actor, application: LimitApplication, proposal: Proposal, found: Exposure) -> LimitApplication:
    move(actor, application, "approve", {"outcome": proposal.outcome, "amount": proposal.amount,
         "level": proposal.level_needed, "over_cap": found.is_over}, decided_at=clock.now())  # fmt: skip
    version = _grant(actor, application, proposal)
    keep_granted(application.obligor)
    deadlines.meet(actor=actor, kind=clocks.LIMIT_DECISION, subject=application)
    letters.issue_decision(actor, application, proposal, version)
    messages.tell_exporter(actor, "limit.decided", application, outcome=str(proposal.get_outcome_display()))
    return application


def _grant(actor: Actor, application: LimitApplication, proposal: Proposal) -> CreditLimitVersion:
    limit = _limit_for_decision(actor, application)
    starts_on = max(proposal.effective_from, clock.today())
    current = in_force(limit, clock.today())
    if current and proposal.amount < current.amount and not proposal.is_temporary:
        starts_on = max(starts_on, clock.today() + timedelta(days=1))  # LIM-9: a cut is forward only
    return install(actor, limit, Terms(
        amount=proposal.amount, term=proposal.term, max_credit_days=proposal.max_credit_days,
        effective_from=starts_on, valid_until=max(proposal.valid_until, starts_on),
        kind=VersionKind.TEMPORARY if proposal.is_temporary else VersionKind.BASE,
        insured_ratio=proposal.insured_ratio, conditions=proposal.conditions, comment=proposal.reasons,
        pre_shipment=proposal.pre_shipment,
    ), application)  # fmt: skip


def _limit_for_decision(actor: Actor, application: LimitApplication) -> CreditLimit:
    """The counter of this policy, obligor and term group, locked; made with the first decision."""
    limit = limit_of(application)
    if limit is None:
        limit = CreditLimit.objects.create(
            number=next_number(f"LIM-{clock.today().year}"), policy=application.policy,
            policyholder_id=application.policyholder_id, obligor=application.obligor,
            term_group=term_group(application.term), currency=application.currency,
        )  # fmt: skip
        carry_over(actor, limit)
    locked: CreditLimit = (
        CreditLimit.objects.select_related("obligor", "policy", "policyholder")
        .select_for_update(of=("self",))
        .get(pk=limit.pk)
    )
    return locked


@transaction.atomic
def return_proposal(*, actor: Actor, application_id: int, comment: str, version: int | None = None) -> LimitApplication:
    """Send a proposal back to the desk with a comment."""
    application = locked_application(actor, application_id, version)
    APPLICATION.check("return", application, actor)
    if not comment.strip():
        raise DomainError("required", _("Say what should be looked at again."), field="comment")
    proposal = Proposal.objects.select_for_update(of=("self",)).get(application=application, returned_at=None)
    proposal.returned_at, proposal.comment = clock.now(), comment
    proposal.save(update_fields=["returned_at", "comment"])
    move(actor, application, "return", {"comment": comment})
    messages.tell_desk(actor, "limit.returned", application)
    return application
