"""Buy in three screens: choose a tier, confirm facts and declaration, pay. Renew with the same form."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from policies import selectors
from policies.micro import buying
from policies.micro.forms import BuyForm
from policies.micro.selectors import cover_of, held, own_firm, threshold, tiers
from policies.models import MicroCover, MicroTier, Policy, Product
from policies.seed import current_wording
from sinosure.accounts.access import access, request_actor
from sinosure.accounts.actor import Actor
from sinosure.core.money import Money
from sinosure.ui.pages import form_page, page
from sinosure.ui.parts import RailStep


def exporter_of(request: HttpRequest) -> Actor:
    """The exporter who asks; a bank has products of its own and does not find this one."""
    actor = request_actor(request)
    if not actor.is_exporter:
        raise Http404
    return actor


@access("policies.apply")
def micro_tiers(request: HttpRequest) -> HttpResponseBase:
    """First screen: five tiers as cards, and what the product does."""
    actor = exporter_of(request)
    own = own_firm(actor)
    context = {
        "tiers": [(tier, _facts(tier), _buy_url(tier)) for tier in tiers()], "steps": _steps(0),
        "held": held(own) if own else None, "ceiling": Money(threshold(own.office if own else None), "USD"),
        "promises": _promises(),
    }  # fmt: skip
    return page(request, "policies/micro/tiers.html", context)


def _buy_url(tier: MicroTier) -> str:
    return f"{reverse('policies:micro-buy')}?tier={tier.code}"


def _facts(tier: MicroTier) -> list[tuple[Any, Any]]:
    return [
        (_("Cap for one buyer"), Money(tier.buyer_cap, tier.currency)),
        (_("Cap for the year"), Money(tier.annual_cap, tier.currency)),
        (_("Premium for the year"), Money(tier.premium, tier.currency)),
    ]


def _promises() -> list[Any]:
    """What the handbook says of the product, with the numbers of the wording."""
    wording = current_wording(Product.MICRO).named
    numbers = {"days": wording.days("simplified_decision_working_days"), "pay": wording.days("payment_days")}
    return [
        _("One payment covers the year."),
        _("No credit limits and no declarations."),
        _("No loss notice needed: you claim directly."),
        _("Small claims can be decided within %(days)s working days and are paid %(pay)s days after the papers.")
        % numbers,
    ]


def _steps(here: int) -> list[RailStep]:
    labels = (_("Choose a tier"), _("Confirm your company's facts"), _("Pay: cover begins"))
    return [RailStep(label, "now" if n == here else "done" if n < here else "next") for n, label in enumerate(labels)]


@access("policies.apply")
def micro_buy(request: HttpRequest) -> HttpResponseBase:
    """Second screen: facts and declaration; the policy is issued and the payment page follows."""
    actor = exporter_of(request)
    initial = {**selectors.prefilled(actor), "tier": request.GET.get("tier", "T1")}
    form = BuyForm(request.POST or None, initial=initial)
    return _order_page(
        request, form, lambda order: buying.buy(actor=actor, order=order), reverse("policies:micro-tiers")
    )


@access("policies.apply")
def micro_renew(request: HttpRequest, pk: int) -> HttpResponseBase:
    """续转 at the same or another tier; last year's answers are filled in."""
    actor = exporter_of(request)
    policy = get_object_or_404(selectors.policies(actor).filter(product=Product.MICRO), pk=pk)
    form = BuyForm(request.POST or None, initial=_last_year(actor, cover_of(policy)))
    url = reverse("policies:policy-detail", args=[pk])
    return _order_page(request, form, lambda order: buying.renew(actor=actor, policy_id=pk, order=order), url)


def _last_year(actor: Actor, cover: MicroCover | None) -> dict[str, Any]:
    known = selectors.prefilled(actor)
    if cover is None:
        return known
    return {**known, "tier": cover.tier.code, "covers_unshipped": cover.covers_unshipped}


def _order_page(request: HttpRequest, form: BuyForm, deed: Any, cancel_url: str) -> HttpResponseBase:
    context = {"steps": _steps(1), "cancel_url": cancel_url}
    return form_page(
        request, "policies/micro/buy.html", form, lambda data: deed(form.order()), _pay_url, context=context
    )


def _pay_url(policy: Policy) -> str:
    """The payment page stands one rung higher; its address is all that is known here."""
    return reverse("declarations:policy-pay", args=[policy.pk])
