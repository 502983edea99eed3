"""Buy or renew a micro policy: rules in place of an underwriter, number and 保险单 at once, cover when the premium is booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from policies import clocks, letters
from policies.cover import policy_year
from policies.micro import selectors
from policies.models import MicroCover, MicroTier, Policy, PolicyState, Product
from policies.moving import locked_policy, move
from policies.schedule import ScheduleTerms, check_terms
from policies.seed import current_wording
from policies.services.applications import check_identity, check_renewal
from policies.services.quotes import write_schedule
from policies.services.signing import INSURED, next_policy_number, open_cover, refuse_same_exports
from policies.uscc import parse_uscc
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.accounts.models import Organisation
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed, WrongState
from sinosure.core.money import Money
from sinosure.deadlines import services as deadlines
from sinosure.documents import services as documents
from sinosure.reference.models import Office

ABOVE = _(
    "Micro exporter cover is for exports of up to %(ceiling)s a year in your region. "
    "Apply for SME comprehensive insurance or comprehensive insurance instead."
)


@dataclass(frozen=True)
class Order:
    """What the exporter chooses and declares; `exports_last_year` in USD."""

    tier: str
    uscc: str
    exports_last_year: Decimal
    contact_name: str
    contact_phone: str
    is_truthful: bool
    covers_unshipped: bool = False


@transaction.atomic
def buy(*, actor: Actor, order: Order) -> Policy:
    """A signed policy from today for a year. Raises `above_threshold`, `micro_held`, `not_declared`, `unknown_tier`."""
    organisation = buyer(actor)
    refuse_held(organisation)
    return _issue(actor, organisation, order, clock.today(), None)


@transaction.atomic
def renew(*, actor: Actor, policy_id: int, order: Order) -> Policy:
    """续转: the next year at the same or another tier, from the day after the last. One successor at most."""
    organisation = buyer(actor)
    policy = locked_policy(actor, policy_id)
    if policy.product != Product.MICRO:
        raise WrongState("renew", policy.get_state_display())
    check_renewal(policy)
    if policy.renewals.exclude(state__in=[PolicyState.DECLINED, PolicyState.LAPSED_QUOTE]).exists():
        raise DomainError("renewed_already", _("This policy is renewed already."), status=409)
    starts_on = max(policy.ends_on + timedelta(days=1), clock.today())
    return _issue(actor, organisation, order, starts_on, policy)


def refuse_held(organisation: Organisation) -> None:
    """One micro policy at a time. Raises `micro_held`."""
    held = selectors.held(organisation)
    if held is not None:
        message = _("Policy %(number)s runs until %(day)s. Renew it when its renewal opens.")
        raise DomainError("micro_held", message, field="tier", status=409, number=held.number, day=held.ends_on)


def buyer(actor: Actor) -> Organisation:
    """The actor's organisation, locked: two purchases of one exporter follow each other."""
    if not (actor.is_exporter and actor.can("policies.apply")):
        raise NotAllowed()
    if not actor.can("policies.sign"):
        raise NotAllowed("signer_needed", _("Only a signer of your company can buy. Ask one to open this page."))
    rows = Organisation.objects.select_for_update(of=("self",)).select_related("office")
    organisation: Organisation = rows.get(pk=actor.organisation_id or 0)
    return organisation


def _issue(
    actor: Actor, organisation: Organisation, order: Order, starts_on: date, renewed_from: Policy | None
) -> Policy:
    tier, ceiling = tier_named(order.tier), selectors.threshold(organisation.office)
    check_order(order, ceiling)
    policy = draft(organisation, order, tier, starts_on, renewed_from)
    audit.record(actor, "policy.drafted", policy, detail={"application": policy.application_no, "tier": tier.code})
    check_identity(policy)
    refuse_same_exports(policy)
    write_offer(policy, order, tier)
    write_cover(actor.user_id, policy, order, tier, ceiling)
    now = clock.now()
    move(
        actor, policy, "issue", {"tier": tier.code, "exports": order.exports_last_year, "threshold": ceiling},
        number=next_policy_number(policy), submitted_at=now, submitted_by_id=actor.user_id, accepted_at=now,
        insured_signed_at=now, insured_signer_id=actor.user_id, signed_at=now,
    )  # fmt: skip
    documents.sign(actor=actor, document=letters.issue_contract(actor, policy), party=INSURED)
    if renewed_from is not None:
        deadlines.meet(actor=actor, kind=clocks.RENEWAL, subject=renewed_from)
    open_cover(actor, policy)
    return policy


def tier_named(code: str) -> MicroTier:
    found = next((tier for tier in selectors.tiers() if tier.code == code), None)
    if found is None:
        raise DomainError("unknown_tier", _("Choose one of the tiers."), field="tier")
    return found


def check_order(order: Order, ceiling: Decimal) -> None:
    """The rules that stand in for an underwriter: size, code, and the declaration."""
    if not current_wording(Product.MICRO).named.value("is_sold"):
        raise DomainError("not_sold", _("This product is not sold here yet."), field="tier")
    check_size(order.exports_last_year, ceiling)
    parse_uscc(order.uscc)
    if not order.is_truthful:
        raise DomainError("not_declared", _("Confirm the declaration to buy."), field="is_truthful")


def check_size(exports: Decimal, ceiling: Decimal) -> None:
    """Whether an exporter of this size may buy, both in USD. Raises `must_be_positive`, `above_threshold`."""
    if not exports > 0:
        raise DomainError("must_be_positive", _("The amount must be above 0."), field="exports_last_year")
    if exports > ceiling:
        shown = str(Money(ceiling, "USD"))
        raise DomainError("above_threshold", ABOVE, field="exports_last_year", ceiling=shown)


def price(tier: MicroTier, covers_unshipped: bool) -> Decimal:
    """The one payment for the year [D]."""
    return tier.premium + (tier.unshipped_premium if covers_unshipped else Decimal(0))


def draft(
    organisation: Organisation, order: Order, tier: MicroTier, starts_on: date, renewed_from: Policy | None
) -> Policy:
    proposal: dict[str, Any] = {
        "uscc": order.uscc, "contact_name": order.contact_name, "contact_phone": order.contact_phone,
        "turnover_1": f"{order.exports_last_year:f}", "currency": tier.currency, "starts_on": starts_on.isoformat(),
        "is_truthful": order.is_truthful,
    }  # fmt: skip
    return Policy.objects.create(
        application_no=documents.next_number(f"AP-{clock.today().year}"), policyholder=organisation,
        product=Product.MICRO, wording=current_wording(Product.MICRO),
        office=organisation.office or Office.objects.order_by("code")[0], currency=tier.currency, starts_on=starts_on,
        ends_on=policy_year(starts_on), proposal=proposal, renewed_from=renewed_from, created_at=clock.now(),
    )  # fmt: skip


def write_offer(policy: Policy, order: Order, tier: MicroTier) -> None:
    wording = policy.wording.named
    terms = ScheduleTerms(
        insured_ratios=wording.ratios(), max_liability=tier.annual_cap, minimum_premium=price(tier, order.covers_unshipped),
        starts_on=policy.starts_on, ends_on=policy.ends_on, valid_until=policy.starts_on,
        max_credit_days=wording.days("max_credit_days"),
    )  # fmt: skip
    check_terms(terms, policy.product, wording)
    write_schedule(SYSTEM, policy, terms)


def write_cover(declared_by_id: int | None, policy: Policy, order: Order, tier: MicroTier, ceiling: Decimal) -> None:
    """What is bought, as it stands today."""
    cover_row(declared_by_id, policy, order, tier, ceiling).save(force_insert=True)


def cover_row(
    declared_by_id: int | None, policy: Policy, order: Order, tier: MicroTier, ceiling: Decimal
) -> MicroCover:
    return MicroCover(
        policy=policy, policyholder_id=policy.policyholder_id, tier=tier,
        period=DateRange(policy.starts_on, policy.ends_on, "[]"), currency=tier.currency, buyer_cap=tier.buyer_cap,
        annual_cap=tier.annual_cap, premium=price(tier, order.covers_unshipped), covers_unshipped=order.covers_unshipped,
        exports_last_year=order.exports_last_year, threshold=ceiling, declared_by_id=declared_by_id,
        declared_at=clock.now(),
    )  # fmt: skip


def free_the_rest(*, policy: Policy, actor: Actor, **_named: Any) -> None:
    """A terminated policy ends early: the days left may be bought again. Receiver of `policy_ended`."""
    if policy.terminated_on is not None:
        last = max(policy.terminated_on, policy.starts_on + timedelta(days=1))
        MicroCover.objects.filter(pk=policy.pk).update(period=DateRange(policy.starts_on, last))
