"""资信导航仪 and 找新客户: a product and a country lead to its buyers, a buyer to its trade and to the next deed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from credit_info.customers.selectors import favourites
from credit_info.models import Obligor, TradeContact
from credit_info.navigator import contacts, products, selectors
from credit_info.navigator.figures import charts
from credit_info.navigator.forms import FindForm, MarketForm, SpanForm
from credit_info.navigator.products import Found, Product
from credit_info.selectors import listed
from sinosure.accounts.access import access, request_actor
from sinosure.accounts.actor import Actor
from sinosure.core.errors import DomainError
from sinosure.reference.models import Country
from sinosure.ui.chips import tone_and_label
from sinosure.ui.export import Column, export, wants_export
from sinosure.ui.pages import page
from sinosure.ui.paging import keyset_page, sort_order
from sinosure.ui.parts import Tile, tabs

SORTS = {"amount": "amount", "weight": "weight_kg", "count": "count"}
SORT_TABS = (("", _("By amount")), ("-weight", _("By weight")), ("-count", _("By deliveries")))
COMPANIES_SHOWN, LONGEST_NAME = 20, 200


@access("buyers.view")
def find(request: HttpRequest) -> HttpResponseBase:
    """Start: a product and a country, or a company by its name."""
    actor = request_actor(request)
    form = FindForm(request.GET) if "product" in request.GET else FindForm()
    found = _found(form)
    if found.product is not None:
        shown = _market_page(request, actor, found.product)
        if shown is not None:
            return shown
    country = _country(form)
    name = request.GET.get("company", "")[:LONGEST_NAME].strip()
    context = {
        "found": found, "country": country, "popular": selectors.popular(actor, country), "synthetic": selectors.is_synthetic(),
        "company": name, "companies": listed(actor, q=name)[:COMPANIES_SHOWN] if name else None,
        "has_records": selectors.newest_month() is not None, "may_import": actor.can("trade.import"),
        "asked": form.cleaned_data.get("product", "") if form.is_bound and form.is_valid() else "",
    }  # fmt: skip
    return page(request, "credit_info/navigator/find.html", context, form)


def _found(form: FindForm) -> Found:
    """What the form asks for; a code that is wrong is said at its field."""
    if not form.is_bound or not form.is_valid():
        return Found(None)
    try:
        return products.find(form.cleaned_data["product"])
    except DomainError as error:
        form.add_domain_error(error)
        return Found(None)


def _country(form: FindForm) -> Country | None:
    code = form.cleaned_data.get("country") if form.is_bound and form.is_valid() else ""
    return selectors.country(code or "")


def _market_page(request: HttpRequest, actor: Actor, product: Product) -> HttpResponseBase | None:
    """Trends, where it comes from, and the buyers; without a country also which countries buy. None where there is no record."""
    form = MarketForm(request.GET)
    form.is_valid()
    country = selectors.country(form.cleaned_data.get("country") or "")
    market = selectors.market(actor, product, country, form.period_chosen())
    if market is None:
        return None
    rows = selectors.buyers(actor, product.code, country, market.period, form.wanted())
    if wants_export(request):
        return _export(request, actor, market, rows)
    by_country = [] if country else selectors.countries(actor, market)
    context = {
        "market": selectors.with_origins(actor, market), "filters": form, "tiles": _tiles(market), "charts": charts(market.months),
        "page": keyset_page(rows, request, order=sort_order(request, SORTS, default="-amount")), "countries": by_country,
        "sorts": tabs(request, "sort", SORT_TABS), "narrower": products.below(product.code), "synthetic": selectors.is_synthetic(),
    }  # fmt: skip
    return page(request, "credit_info/navigator/market.html", context)


def _tiles(market: selectors.Market) -> list[Tile]:
    against = _("%(growth)s against a year earlier") % {"growth": market.growth_text}
    china = market.now.china_ratio
    return [
        Tile(_("Buyers"), market.buyers_text),
        Tile(_("Amount"), market.now.dollars, unit="USD", note=against),
        Tile(_("Weight"), market.now.tonnes, unit=_("tonnes")),
        Tile(_("Deliveries"), market.now.times),
        Tile(_("From China"), f"{china:.0%}" if china is not None else "–", note=_("of the amount")),
    ]


def _export(request: HttpRequest, actor: Actor, market: selectors.Market, rows: Any) -> HttpResponseBase:
    if request.GET.get("list") == "countries":
        return export(
            request, selectors.countries(actor, market), _country_columns(), f"countries-{market.product.code}"
        )
    ordered = rows.order_by(*sort_order(request, SORTS, default="-amount"))
    return export(request, ordered, _buyer_columns(), f"buyers-{market.product.code}")


def _source() -> Column:
    """Says in every row of a file whether the figures are invented."""
    said = _("synthetic sample") if selectors.is_synthetic() else ""
    return Column(_("Data"), lambda row: said)


def _figure_columns(prefix: str = "") -> list[Column]:
    return [
        Column(_("Amount, USD"), f"{prefix}amount", "number"), Column(_("Weight, kg"), f"{prefix}weight_kg", "number"),
        Column(_("Deliveries"), f"{prefix}count", "number"), Column(_("From China"), f"{prefix}china_ratio", "ratio"),
    ]  # fmt: skip


def _buyer_columns() -> list[Column]:
    return [
        Column(_("Code"), "obligor.code"), Column(_("Buyer"), "obligor.name"), Column(_("Country or region"), "country.name"),
        *_figure_columns(), Column(_("Credit light"), "obligor.get_light_display"),
        Column(_("Contact known"), lambda row: _("Yes") if row.has_contact else _("No")), _source(),
    ]  # fmt: skip


def _country_columns() -> list[Column]:
    return [
        Column(_("Country or region"), "what.name"), *_figure_columns("figures."), Column(_("Growth"), "growth", "ratio"),
        Column(_("Buyers"), "buyers", "number"), _source(),
    ]  # fmt: skip


@access("buyers.view")
def buyer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One buyer: where to reach it, what it takes from where in a period, and the next deed."""
    return _buyer_page(request, pk, in_full=False)


@access("buyers.view")
@require_POST
def buyer_contacts(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The same with the contacts in full; the trail keeps who asked."""
    get_object_or_404(Obligor.objects.visible_to(request_actor(request)), pk=pk)
    contacts.show(actor=request_actor(request), obligor_id=pk)
    return _buyer_page(request, pk, in_full=True)


def _buyer_page(request: HttpRequest, pk: int, *, in_full: bool) -> HttpResponseBase:
    actor = request_actor(request)
    obligor = get_object_or_404(Obligor.objects.visible_to(actor).select_related("country"), pk=pk)
    form = SpanForm(request.GET or None)
    span = form.span()
    if span is not None and wants_export(request):
        rows = selectors.records(actor, pk, span).order_by("month", "hs6", "origin", "id")
        return export(request, rows, _record_columns(), f"trade-{obligor.code}")
    profile = selectors.profile(actor, pk, span) if span else None
    known = TradeContact.objects.visible_to(actor).filter(obligor=obligor)
    told = contacts.shown(known, in_full=in_full)
    context = {
        "obligor": obligor, "profile": profile, "filters": form, "charts": charts(profile.months) if profile else [],
        "tiles": _profile_tiles(profile) if profile else [], "contacts": told, "may_unmask": any(one.is_masked for one in told),
        "light_tone": tone_and_label(obligor, "light")[0], "synthetic": selectors.is_synthetic(),
        "may_mark": actor.organisation_id is not None and not actor.is_insurer, "is_favourite": obligor.pk in favourites(actor),
        "may_apply": actor.can("limits.apply"), "may_order": actor.can("reports.order"), "may_edit": actor.can("buyers.edit"),
    }  # fmt: skip
    return page(request, "credit_info/navigator/buyer.html", context)


def _profile_tiles(profile: selectors.Profile) -> list[Tile]:
    china, span = profile.figures.china_ratio, profile.span
    return [
        Tile(_("Time span"), span.months, unit=_("months"), note=f"{span.first:%Y-%m} – {span.last:%Y-%m}"),
        Tile(_("Amount"), profile.figures.dollars, unit="USD"),
        Tile(_("Weight"), profile.figures.tonnes, unit=_("tonnes")),
        Tile(_("Deliveries"), profile.figures.times),
        Tile(_("From China"), f"{china:.0%}" if china is not None else "–", note=_("of the amount")),
    ]


def _record_columns() -> list[Column]:
    return [
        Column(_("Month"), lambda row: f"{row.month:%Y-%m}"), Column(_("HS code"), "hs6"),
        Column(_("Commodity"), lambda row: products.product_of(row.hs6).name), Column(_("Imported to"), "country.name"),
        Column(_("Origin"), "origin.name"), Column(_("Amount, USD"), "amount", "number"),
        Column(_("Weight, kg"), "weight_kg", "number"), Column(_("Deliveries"), "count", "number"), _source(),
    ]  # fmt: skip
