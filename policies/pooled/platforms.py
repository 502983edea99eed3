"""Set a platform up, change its plan before the opening, open and close it (PLT-1, PLT-2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from policies.annual import AnnualTerms
from policies.cover import policy_year
from policies.micro.buying import tier_named
from policies.models import Product
from policies.pooled.lifecycle import PLATFORM
from policies.pooled.models import PlatformMember, PlatformSponsor, PooledPlan, PooledPlatform
from policies.pooled.states import MemberState, SponsorPart, SubsidyMode
from policies.seed import current_wording
from policies.wording import Terms
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation
from sinosure.accounts.roles import Kind
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.documents.services import next_number
from sinosure.reference.models import Office

WAITING = (MemberState.LISTED, MemberState.PUBLISHED)


@dataclass(frozen=True)
class Region:
    """What a platform is: whose, when, for how many firms."""

    name_zh: str
    name_en: str
    office: Office
    commerce: Organisation
    finance: Organisation
    starts_on: date
    eligible_firms: int


@dataclass(frozen=True)
class Offer:
    """The plan: which cover at which price, for exporters up to which size (USD), and who pays (PLT-3).

    `tier` for the micro product; rate, minimum premium and maximum for the SME product.
    """

    product: str
    max_exports: Decimal
    subsidy_mode: str
    subsidy_ratio: Decimal = Decimal(1)
    tier: str = ""
    flat_rate_pct: Decimal | None = None
    minimum_premium: Decimal | None = None
    max_liability: Decimal | None = None


@transaction.atomic
def create(*, actor: Actor, region: Region, offer: Offer) -> PooledPlatform:
    """A draft with its first plan; the policies end a year after `starts_on`. Raises `not_a_sponsor`, `bad_subsidy`, …"""
    if not actor.can("pooled.manage"):
        raise NotAllowed()
    _check_region(region)
    platform = PooledPlatform.objects.create(
        number=next_number(f"PP-{region.starts_on.year}"), name_zh=region.name_zh, name_en=region.name_en,
        office=region.office, product=offer.product, wording=current_wording(offer.product), year=region.starts_on.year,
        starts_on=region.starts_on, ends_on=policy_year(region.starts_on), eligible_firms=region.eligible_firms,
        created_at=clock.now(), created_by_id=actor.user_id,
    )  # fmt: skip
    PlatformSponsor.objects.bulk_create(
        [
            PlatformSponsor(platform=platform, organisation=region.commerce, part=SponsorPart.COMMERCE),
            PlatformSponsor(platform=platform, organisation=region.finance, part=SponsorPart.FINANCE),
        ]
    )
    _write_plan(actor, platform, offer)
    audit.record(actor, "pooled.created", platform, detail={"number": platform.number})
    return platform


def _check_region(region: Region) -> None:
    for name in ("commerce", "finance"):
        if getattr(region, name).kind != Kind.SPONSOR:
            raise DomainError("not_a_sponsor", _("Choose an authority that is registered as a sponsor."), field=name)
    if not region.eligible_firms > 0:
        raise DomainError("must_be_positive", _("The number must be above 0."), field="eligible_firms")


@transaction.atomic
def plan(*, actor: Actor, platform_id: int, offer: Offer) -> PooledPlan:
    """Another version of the plan; once the platform is open its terms stay as they are."""
    platform = locked(actor, platform_id)
    PLATFORM.check("plan", platform, actor)
    if offer.product != platform.product:
        raise DomainError("other_product", _("The product of a platform stays the same."), field="product")
    made = _write_plan(actor, platform, offer)
    audit.record(actor, "pooled.planned", platform, detail={"version": made.version})
    return made


def _write_plan(actor: Actor, platform: PooledPlatform, offer: Offer) -> PooledPlan:
    wording = platform.wording.named
    _check_offer(offer, wording)
    terms = _micro(offer) if offer.product == Product.MICRO else _sme(offer, wording)
    return PooledPlan.objects.create(
        platform=platform, version=platform.plans.count() + 1, product=offer.product, max_exports=offer.max_exports,
        subsidy_mode=offer.subsidy_mode, subsidy_ratio=_ratio(offer), made_at=clock.now(), made_by_id=actor.user_id, **terms,
    )  # fmt: skip


def _micro(offer: Offer) -> dict[str, Any]:
    tier = tier_named(offer.tier)
    return {
        "tier": tier, "currency": tier.currency, "minimum_premium": tier.premium, "max_liability": tier.annual_cap,
    }  # fmt: skip


def _sme(offer: Offer, wording: Terms) -> dict[str, Any]:
    if not offer.max_liability or offer.max_liability <= 0:
        raise DomainError("required", _("The maximum liability is needed."), field="max_liability")
    return {
        "flat_rate_pct": offer.flat_rate_pct or wording.number("flat_rate_pct"),
        "minimum_premium": wording.number("minimum_premium") if offer.minimum_premium is None else offer.minimum_premium,
        "max_liability": offer.max_liability,
    }  # fmt: skip


def _ratio(offer: Offer) -> Decimal:
    return Decimal(1) if offer.subsidy_mode == SubsidyMode.GOVERNMENT_PAYS else offer.subsidy_ratio


def _check_offer(offer: Offer, wording: Terms) -> None:
    ceiling = wording.number("eligible_exports_below")
    if not offer.max_exports > 0:
        raise DomainError("must_be_positive", _("The amount must be above 0."), field="max_exports")
    if ceiling and offer.max_exports > ceiling:
        message = _("The product is for exporters of up to USD %(ceiling)s a year (PRD-4).")
        raise DomainError("above_threshold", message, field="max_exports", ceiling=f"{ceiling:,.2f}")
    ratio, is_percent = _ratio(offer), offer.subsidy_mode == SubsidyMode.PERCENT
    if not 0 < ratio <= 1 or (is_percent and ratio == 1):
        message = _("The government's share is above 0 % and at most 100 %; a part of the premium is below 100 %.")
        raise DomainError("bad_subsidy", message, field="subsidy_ratio")


def current_plan(platform: PooledPlatform) -> PooledPlan:
    """The version that members are listed under."""
    return platform.plans.select_related("tier").order_by("-version")[0]


def premium_of(made: PooledPlan, exports_last_year: Decimal, highest_ratio: Decimal, adjusts_above: Decimal) -> Decimal:
    """The gross premium of a member: the tier's price, or the year's premium on the exports of the year before (PRM-4)."""
    if made.tier is not None or made.flat_rate_pct is None:
        return made.minimum_premium
    terms = AnnualTerms(
        exports_last_year, made.flat_rate_pct, highest_ratio, made.minimum_premium, made.currency, adjusts_above
    )
    return terms.premium


@transaction.atomic
def open_for_lists(*, actor: Actor, platform_id: int) -> PooledPlatform:
    """The sponsors see it now and hand lists in."""
    platform = locked(actor, platform_id)
    return _move(actor, platform, "open")


@transaction.atomic
def close(*, actor: Actor, platform_id: int) -> PooledPlatform:
    """No further lists and no further policies; those issued run on. Who waits for a policy is taken off the list."""
    platform = locked(actor, platform_id)
    PLATFORM.check("close", platform, actor)
    if platform.runs.filter(state__in=["QUEUED", "RUNNING"]).exists():
        raise DomainError(
            "run_goes_on", _("Policies are being issued. Close the platform when that is done."), status=409
        )
    PlatformMember.objects.filter(platform=platform, state__in=WAITING).update(state=MemberState.WITHDRAWN)
    return _move(actor, platform, "close")


def _move(actor: Actor, platform: PooledPlatform, action: str) -> PooledPlatform:
    found = PLATFORM.check(action, platform, actor)
    platform.state = found.target or platform.state
    platform.save(update_fields=["state"])
    audit.record(actor, f"pooled.{action}", platform)
    return platform


def locked(actor: Actor, platform_id: int) -> PooledPlatform:
    """The platform, locked; raises DoesNotExist for what the actor may not see."""
    rows = PooledPlatform.objects.visible_to(actor).select_for_update(of=("self",))
    platform: PooledPlatform = rows.select_related("wording", "office").get(pk=platform_id)
    return platform


def require_part(actor: Actor, platform: PooledPlatform, part: SponsorPart) -> None:
    """The commerce authority lists, the finance authority answers for the money; neither does the other's part."""
    if not platform.sponsors.filter(organisation_id=actor.organisation_id or 0, part=part).exists():
        raise NotAllowed("other_part", _("This is done by the other authority of the platform."))
