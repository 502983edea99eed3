"""Reads of the micro product: the tiers on sale, the threshold of a region, the cap that holds for one buyer."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import QuerySet

from policies.lifecycle import HOLDING, WITH_COVER
from policies.micro.seed import TIERS, VERSION, load_tiers
from policies.models import BuyerPayout, MicroCover, MicroThreshold, MicroTier, Policy, Product
from policies.seed import current_wording
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation
from sinosure.core import clock
from sinosure.reference.models import Office


def own_firm(actor: Actor) -> Organisation | None:
    """The exporter that the actor works for, with its service office."""
    return Organisation.objects.select_related("office").filter(pk=actor.organisation_id or 0).first()


def tiers() -> list[MicroTier]:
    """The tiers on sale, lowest first. A database filled before they were shipped gets them here."""
    rows = list(MicroTier.objects.filter(version=VERSION).order_by("code"))
    if len(rows) < len(TIERS):
        load_tiers()
        rows = list(MicroTier.objects.filter(version=VERSION).order_by("code"))
    return rows


def threshold(office: Office | None) -> Decimal:
    """The most exports of a year with which the product may be bought in the region, USD (PRD-4)."""
    rows = MicroThreshold.objects.filter(office=office, valid_from__lte=clock.today()).order_by("-valid_from")
    own = rows.values_list("amount", flat=True).first() if office else None
    return own if own is not None else current_wording(Product.MICRO).named.number("eligible_exports_below")


def held(organisation: Organisation) -> Policy | None:
    """The micro policy of the organisation that runs now or is about to."""
    rows = Policy.objects.filter(policyholder=organisation, product=Product.MICRO, state__in=HOLDING)
    return rows.filter(ends_on__gte=clock.today()).order_by("-ends_on").first()


def claimable(actor: Actor) -> QuerySet[Policy]:
    """Policies under which the actor claims directly: no declaration, no notice needed (AMB-6)."""
    rows = Policy.objects.visible_to(actor).filter(product=Product.MICRO, state__in=WITH_COVER)
    return rows.select_related("wording", "policyholder", "micro_cover").order_by("-starts_on")


def cover_of(policy: Policy) -> MicroCover | None:
    return MicroCover.objects.select_related("tier").filter(pk=policy.pk).first()


def buyer_cap(policy: Policy) -> Decimal | None:
    """What is paid at most on one debtor under the policy; None for a product whose limits do that (IND-12)."""
    cap = MicroCover.objects.filter(pk=policy.pk).values_list("buyer_cap", flat=True).first()
    return cap if cap is not None else policy.wording.named.number("buyer_cap") or None


def buyer_paid(policy: Policy, obligor_id: int) -> Decimal:
    """What was paid on this debtor under the policy so far."""
    rows = BuyerPayout.objects.filter(policy=policy, obligor_id=obligor_id).values_list("paid_total", flat=True)
    return rows.first() or Decimal(0)
