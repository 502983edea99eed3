"""Reads of the pooled platforms, for their pages and for the apps above."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from policies.lifecycle import WITH_COVER
from policies.models import Policy
from policies.pooled.models import IssueRun, ListRow, MemberList, PlatformMember, PooledPlatform
from policies.pooled.states import ListState, MemberState, PlatformState, SponsorPart
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation
from sinosure.accounts.roles import Kind
from sinosure.reference.models import Office


def is_pooled_member(policyholder_id: int, on: date) -> bool:
    """Whether the exporter is insured through a pooled platform on that day (entry condition of §8.7)."""
    rows = PlatformMember.objects.filter(organisation_id=policyholder_id, period__contains=on)
    return rows.filter(policy__state__in=WITH_COVER).exists()


def nothing(model: Any) -> Any:
    """An empty set, for the description of the API."""
    return model.objects.none()


def platforms(actor: Actor) -> QuerySet[PooledPlatform]:
    return PooledPlatform.objects.visible_to(actor).select_related("office", "wording").order_by("-id")


def lists(actor: Actor) -> QuerySet[MemberList]:
    return MemberList.objects.visible_to(actor).select_related("platform", "uploaded_by", "subsidy_confirmed_by")


def members(actor: Actor, platform: int | None = None, q: str = "", state: str = "") -> QuerySet[PlatformMember]:
    """What was listed: the firm, its size, its part of the premium, and how far it is. Nothing of its trade or claims."""
    rows = PlatformMember.objects.visible_to(actor).select_related("platform", "list", "policy")
    if platform is not None:
        rows = rows.filter(platform=platform)
    if q:
        rows = rows.filter(Q(uscc__istartswith=q) | Q(name_zh__icontains=q) | Q(name_en__icontains=q))
    return rows.filter(state=state) if state else rows


def runs(actor: Actor) -> QuerySet[IssueRun]:
    return IssueRun.objects.visible_to(actor).select_related("platform", "asked_by")


def rows_of(found: MemberList, only_bad: bool = False) -> QuerySet[ListRow]:
    rows = ListRow.objects.filter(list=found)
    return rows.exclude(code="") if only_bad else rows


def parts(actor: Actor, platform: PooledPlatform) -> set[str]:
    """Which of the two authorities the actor speaks for on this platform."""
    return set(platform.sponsors.filter(organisation_id=actor.organisation_id or 0).values_list("part", flat=True))


def of_policy(policy: Policy) -> PlatformMember | None:
    """The place through which a policy was issued; None for one bought otherwise."""
    rows = PlatformMember.objects.select_related("platform", "plan__tier", "list")
    return rows.filter(policy=policy).first()


def sponsors() -> QuerySet[Organisation]:
    return Organisation.objects.filter(kind=Kind.SPONSOR).order_by("code")


def offices() -> QuerySet[Office]:
    return Office.objects.order_by("code")


def waiting_for(actor: Actor) -> int | None:
    """How many lists or platforms wait for the actor's side."""
    if actor.kind == Kind.SPONSOR:
        return lists_to_do(actor).count() or None
    if actor.can("pooled.manage"):
        waiting = PlatformMember.objects.filter(state=MemberState.PUBLISHED, platform__state=PlatformState.OPEN)
        return waiting.values("platform").distinct().count() or None
    return None


def lists_to_do(actor: Actor) -> QuerySet[MemberList]:
    """Lists on which the actor's authority has the turn, the oldest first."""
    mine = PooledPlatform.objects.filter(state=PlatformState.OPEN, sponsors__organisation=actor.organisation_id or 0)
    commerce = mine.filter(sponsors__part=SponsorPart.COMMERCE)
    finance = mine.filter(sponsors__part=SponsorPart.FINANCE)
    return MemberList.objects.filter(
        Q(platform__in=commerce, state__in=[ListState.READY, ListState.CONFIRMED])
        | Q(platform__in=finance, state=ListState.PUBLISHED, subsidy_confirmed_at=None)
    ).order_by("id")
