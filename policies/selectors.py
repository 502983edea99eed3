"""Reads of policies for pages, lists, files and the apps above."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet

from policies.cover import CoverPeriod, insured_ratio_for
from policies.in_force import version_on
from policies.lifecycle import WITH_COVER
from policies.models import LiabilityCounter, Policy, PolicySchedule, PolicyState, ProductWording
from policies.wording import Terms
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation
from sinosure.core import clock
from sinosure.core.money import Money

KEPT_ANSWERS = ("legal_representative", "contact_name", "contact_phone", "contact_email", "main_products", "hs_codes")
DESK_STATES = (PolicyState.SUBMITTED, PolicyState.UNDERWRITING, PolicyState.ACCEPTED)


def policies(actor: Actor) -> QuerySet[Policy]:
    """What the actor may see, with what a list shows. Staff do not see drafts."""
    rows = Policy.objects.visible_to(actor).select_related("policyholder", "office", "underwriter")
    return rows.exclude(state=PolicyState.DRAFT) if actor.is_insurer else rows


def prefilled(actor: Actor) -> dict[str, Any]:
    """What a new application knows of the actor's organisation: its code, contacts and products of last time."""
    own = Organisation.objects.filter(pk=actor.organisation_id or 0).first()
    last = Policy.objects.held_by(actor).exclude(proposal={}).order_by("-id").first()
    kept = {name: last.proposal[name] for name in KEPT_ANSWERS if name in last.proposal} if last else {}
    return {"currency": "USD", "scope": "ALL", **kept, "uscc": own.uscc if own else ""}


def listed(actor: Actor, q: str = "", state: str = "", ends_before: date | None = None) -> QuerySet[Policy]:
    """The list with its filters, and the liability used as `maximum` and `paid_total`."""
    rows = policies(actor).annotate(maximum=F("liability__maximum"), paid_total=F("liability__paid_total"))
    if q:
        names = Q(policyholder__name_zh__icontains=q) | Q(policyholder__name_en__icontains=q)
        rows = rows.filter(Q(number__icontains=q) | Q(application_no__icontains=q) | names)
    if state:
        rows = rows.filter(state=state)
    return rows.filter(ends_on__lt=ends_before) if ends_before else rows


def live_policies(actor: Actor) -> QuerySet[Policy]:
    """Policies under which limits are applied for and shipments declared."""
    return policies(actor).filter(state__in=[PolicyState.IN_FORCE, PolicyState.SUSPENDED])


def own_live_policies(actor: Actor) -> QuerySet[Policy]:
    """Those under which the actor's side acts as the insured; a bank that is only loss payee is not among them."""
    return live_policies(actor).filter(pk__in=Policy.objects.held_by(actor).values("pk"))


def holds_policy(actor: Actor) -> bool:
    """Whether the actor's own organisation is insured under any policy, begun ones included."""
    return actor.remembered(
        "holds_policy", lambda: Policy.objects.filter(policyholder=actor.organisation_id or 0).exists()
    )


def acts_as_insured(actor: Actor) -> bool:
    """An exporter always; a bank once it has, or applies for, a policy of its own."""
    return actor.is_exporter or (actor.is_bank and holds_policy(actor))


def is_no_mere_payee(actor: Actor) -> bool:
    """For the menu: not a bank that only sees policies assigned to it."""
    return not actor.is_bank or holds_policy(actor)


def covering_policies(actor: Actor) -> QuerySet[Policy]:
    """Policies that gave cover: notices and claims are accepted under them."""
    return policies(actor).filter(state__in=WITH_COVER)


def desk(actor: Actor) -> QuerySet[Policy]:
    """The underwriters' queue: what waits for the insurer."""
    return (
        policies(actor)
        .filter(state__in=DESK_STATES, submitted_at__isnull=False)
        .exclude(state=PolicyState.ACCEPTED, insured_signed_at=None)
    )


def waiting_for(actor: Actor) -> int | None:
    """How many policies wait for this actor's side."""
    if actor.can("policies.underwrite"):
        return desk(actor).count() or None
    if actor.can("policies.apply") and acts_as_insured(actor):
        states = [PolicyState.DRAFT, PolicyState.INFO_REQUIRED, PolicyState.QUOTED]
        rows = Policy.objects.held_by(actor)
        return (
            rows.filter(state__in=states).count()
            + rows.filter(state=PolicyState.ACCEPTED, insured_signed_at=None).count()
            or None
        )
    return None


def schedule_on(policy: Policy, day: date) -> PolicySchedule | None:
    """The schedule in force on `day` (`in_force.version_on`)."""
    return version_on(policy.schedules.all(), day)


def any_extension(rows: QuerySet[Policy]) -> bool:
    """Whether any of these policies covers the time before shipment, now or by a version that was signed."""
    return PolicySchedule.objects.filter(policy__in=rows.values("pk"), pre_shipment=True).exists()


def insured_ratio(policy: Policy, risk: str, shipped_on: date) -> Decimal:
    """The schedule's share for a risk on the shipment date, never above the hard cap."""
    schedule = schedule_on(policy, shipped_on)
    ratios: Mapping[str, Any] = schedule.insured_ratios if schedule else {}
    return insured_ratio_for(ratios, risk, policy.product)


def cover_period(policy: Policy) -> CoverPeriod:
    """Period, early end and suspensions, for `policies.cover.cover_test`."""
    gaps = policy.suspensions.order_by("suspended_on").values_list("suspended_on", "lifted_on")
    return CoverPeriod(policy.starts_on, policy.ends_on, policy.terminated_on, tuple(gaps))


def counter_of(policy: Policy) -> LiabilityCounter | None:
    return LiabilityCounter.objects.filter(pk=policy.pk).first()


def liability_left(policy: Policy) -> Money | None:
    """What may still be paid under the policy; None before signature."""
    counter = counter_of(policy)
    return Money(counter.maximum - counter.paid_total, counter.currency) if counter else None


def is_renewable(policy: Policy) -> bool:
    """Within the renewal window, and nobody has started yet."""
    in_state = policy.state in (PolicyState.IN_FORCE, PolicyState.SUSPENDED, PolicyState.EXPIRED)
    opens = policy.wording.named.days("renewal_opens_days")
    if policy.termination_notices.filter(state__in=["WAITING", "RUNNING"]).exists():
        return False
    return in_state and (policy.ends_on - clock.today()).days <= opens


def has_use_for(key: str) -> Callable[[Actor], bool]:
    """For the menu: whether a signed policy of this exporter says yes to the key; everybody else, and who has none yet, sees all."""

    def answer(actor: Actor) -> bool:
        if not actor.is_exporter:
            return True
        policies = actor.remembered("products_in_use", lambda: _in_use(actor))
        return not policies or any(terms.value(key) for terms in policies)

    return answer


def _in_use(actor: Actor) -> list[Terms]:
    """The terms of the wordings that the actor's signed policies pin."""
    signed = Policy.objects.visible_to(actor).filter(number__isnull=False)
    return [wording.named for wording in ProductWording.objects.filter(pk__in=signed.values("wording"))]
