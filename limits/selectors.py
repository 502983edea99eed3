"""Reads of limits for pages, lists, files and the apps above."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from limits.authority import COMMITTEE, Authority
from limits.models import ApplicationState, CreditLimit, CreditLimitVersion, LimitApplication
from limits.services.caps import Exposure, exposure, in_usd
from limits.services.decisions import authority_of
from policies.selectors import acts_as_insured
from sinosure.accounts.actor import Actor
from sinosure.core import clock

PENDING = (
    ApplicationState.SUBMITTED, ApplicationState.IN_REVIEW, ApplicationState.INFO_REQUIRED, ApplicationState.PROPOSED,
)  # fmt: skip


def limits(
    actor: Actor, *, query: str = "", status: str = "", country: str = "", term: str = ""
) -> QuerySet[CreditLimit]:
    """LIM-17: by buyer, status, country and term group."""
    rows = CreditLimit.objects.visible_to(actor).select_related("obligor__country", "policy", "policyholder")
    if query:
        rows = rows.filter(obligor__name__icontains=query) | rows.filter(obligor__code__iexact=query)
    if country:
        rows = rows.filter(obligor__country=country)
    if term:
        rows = rows.filter(term_group=term)
    return _with_status(rows, status)


def _with_status(rows: QuerySet[CreditLimit], status: str) -> QuerySet[CreditLimit]:
    if status == "STOPPED":
        return rows.filter(is_stopped=True)
    if status == "IN_FORCE":
        return rows.filter(is_stopped=False, amount__gt=0)
    return rows.filter(amount=0) if status == "NONE" else rows


def applications(actor: Actor, *, state: str = "") -> QuerySet[LimitApplication]:
    """What the actor may see; staff do not see drafts."""
    rows = LimitApplication.objects.visible_to(actor).select_related(
        "obligor__country", "policy", "policyholder", "underwriter"
    )
    rows = rows.exclude(state=ApplicationState.DRAFT) if actor.is_insurer else rows
    return rows.filter(state=state) if state else rows


def may_apply(actor: Actor) -> bool:
    """Whether to offer an application: to an exporter, and to a bank with a policy of its own."""
    return actor.can("limits.apply") and acts_as_insured(actor)


def pending(actor: Actor) -> QuerySet[LimitApplication]:
    """在途限额: on the way to a decision."""
    return applications(actor).filter(state__in=PENDING)


def pending_count(actor: Actor) -> int | None:
    return pending(actor).count() or None


def versions_of(limit: CreditLimit) -> QuerySet[CreditLimitVersion]:
    return limit.versions.select_related("application").order_by("-id")


@dataclass(frozen=True)
class Case:
    """What an underwriter needs beside an application: exposure against both caps, and whose signature it takes."""

    exposure: Exposure
    authority: Authority
    current: CreditLimit | None
    amount_usd: Decimal

    @property
    def goes_to_committee(self) -> bool:
        return self.authority.level == COMMITTEE


def case_of(application: LimitApplication, amount: Decimal | None = None) -> Case:
    authority, found = authority_of(application, application.amount if amount is None else amount)
    current = CreditLimit.objects.filter(policy=application.policy_id, obligor=application.obligor_id).first()
    usd = in_usd(application.amount if amount is None else amount, application.currency)
    return Case(found or exposure(application.obligor, usd), authority, current, usd)


def portfolio(actor: Actor) -> list[dict[str, Any]]:
    """Limits and use per currency: never added up over currencies."""
    rows = CreditLimit.objects.visible_to(actor).values("currency").annotate(amount=Sum("amount"), used=Sum("used"))
    return list(rows.order_by("currency"))


def own_portfolio(actor: Actor) -> list[dict[str, Any]]:
    """The same of the limits under which the actor's side is the insured."""
    rows = CreditLimit.objects.held_by(actor).values("currency").annotate(amount=Sum("amount"), used=Sum("used"))
    return list(rows.order_by("currency"))


def days_waiting(application: LimitApplication) -> int:
    started: date = clock.business_date(application.submitted_at) if application.submitted_at else clock.today()
    return (clock.today() - started).days
