"""A micro policy that waits for approval [H, §2.3 step 7]: the application goes to the desk, the offer is the tier's price."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from policies import letters, messages
from policies.cover import policy_year
from policies.lifecycle import POLICY, waits_at_tier_price
from policies.micro import buying, selectors
from policies.models import Policy
from policies.moving import locked_policy, move, write
from policies.services.applications import check_identity
from policies.services.signing import INSURER, next_policy_number, open_cover
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.documents import services as documents


@transaction.atomic
def apply(*, actor: Actor, order: buying.Order) -> Policy:
    """Submit the application; raises what a purchase raises. An underwriter decides."""
    organisation = buying.buyer(actor)
    check(organisation, order)
    policy = buying.draft(organisation, order, buying.tier_named(order.tier), clock.today(), None)
    chosen = {"tier": order.tier, "covers_unshipped": order.covers_unshipped}
    write(policy, proposal={**policy.proposal, **chosen})
    audit.record(actor, "policy.drafted", policy, detail={"application": policy.application_no, **chosen})
    check_identity(policy)
    move(actor, policy, "submit", submitted_at=clock.now(), submitted_by_id=actor.user_id)
    letters.issue_application(actor, policy)
    messages.tell_underwriters(actor, "policy.submitted", policy)
    return policy


def check(organisation: Organisation, order: buying.Order) -> None:
    """Whether the firm may have this order today. Raises `micro_held`, `unknown_tier`, `above_threshold`, `not_declared`, …"""
    buying.refuse_held(organisation)
    buying.tier_named(order.tier)
    buying.check_order(order, selectors.threshold(organisation.office))


@transaction.atomic
def approve(*, actor: Actor, policy_id: int, version: int | None = None) -> Policy:
    """The insurer signs at the tier's price: number, 保险单 and the one payment; cover begins when that is booked.

    The period starts on the day of approval. Raises `not_at_tier_price`, and what a purchase raises today.
    """
    policy = locked_policy(actor, policy_id, version)
    POLICY.check("approve", policy, actor)
    if not waits_at_tier_price(policy):
        message = _("Only a micro application with a tier is approved at once. Quote this one.")
        raise DomainError("not_at_tier_price", message, status=409)
    order = _order_of(policy)
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=policy.policyholder_id)
    check(organisation, order)
    _begin_today(policy)
    tier, ceiling = buying.tier_named(order.tier), selectors.threshold(organisation.office)
    buying.write_offer(policy, order, tier)
    buying.write_cover(policy.submitted_by_id, policy, order, tier, ceiling)
    move(
        actor, policy, "approve", {"tier": tier.code, "threshold": ceiling}, number=next_policy_number(policy),
        accepted_at=policy.submitted_at, insured_signed_at=policy.submitted_at, insured_signer_id=policy.submitted_by_id,
        signed_at=clock.now(), insurer_signer_id=actor.user_id,
    )  # fmt: skip
    documents.sign(actor=actor, document=letters.issue_contract(actor, policy), party=INSURER)
    open_cover(actor, policy)
    return policy


def _order_of(policy: Policy) -> buying.Order:
    asked = policy.proposal
    return buying.Order(
        tier=asked["tier"], uscc=asked["uscc"], exports_last_year=Decimal(asked["turnover_1"]),
        contact_name=asked["contact_name"], contact_phone=asked["contact_phone"], is_truthful=asked["is_truthful"],
        covers_unshipped=asked["covers_unshipped"],
    )  # fmt: skip


def _begin_today(policy: Policy) -> None:
    today = clock.today()
    write(policy, starts_on=today, ends_on=policy_year(today))
