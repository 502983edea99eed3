"""国别全景, 行业概览 and the portfolio. Guests read class, status, notes and news; figures are each one's own, the staff's all."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from credit_info.atlas import letters, picture, selectors, sources, summing, words
from credit_info.atlas.forms import CountryFilterForm
from credit_info.atlas.lifecycle import PROPOSE
from credit_info.atlas.selectors import COUNTED, LIGHTS, MEASURES, CountryRow, IndustryRow, Totals
from credit_info.models import Light
from sinosure.accounts.access import PUBLIC, access, request_actor
from sinosure.accounts.actor import Actor
from sinosure.reference.industries import BY_SECTION
from sinosure.ui.charts import bars
from sinosure.ui.chips import tone_and_label
from sinosure.ui.export import Column, export, wants_export
from sinosure.ui.pages import page
from sinosure.ui.parts import Tile, tabs

UNFOLDED = 60
AMOUNTS = ("granted", "open", "overdue", "paid", "recovered", "premium")


def figures_for(actor: Actor) -> bool:
    return actor.can("buyers.view")


@access(PUBLIC)
def country_list(request: HttpRequest) -> HttpResponseBase:
    """Every country and region as tiles and as a table with the same content."""
    actor, form = request_actor(request), CountryFilterForm(request.GET or {})
    rows = selectors.countries(actor, **form.chosen())
    if wants_export(request):
        return export(request, rows, _country_columns(figures_for(actor)), "countries")
    colour = form.shown_colour if figures_for(actor) or form.shown_colour != "open" else "class"
    context = {
        "rows": rows, "filters": form, "parts": picture.tile_map(rows, colour), "unfold": len(rows) <= UNFOLDED,
        "legend": picture.legend(colour),
        "figures": figures_for(actor), "summary": summing.last(), "may_propose": actor.can(PROPOSE),
        "may_see_changes": actor.can("countries.view"),
    }  # fmt: skip
    return page(request, "credit_info/atlas/countries.html", context, form)


def _country_columns(with_figures: bool) -> list[Column]:
    return [
        Column(_("Code"), "country.pk"), Column(_("Country or region"), "country.name"), Column(_("Region"), "region.name"),
        Column(_("Class"), "country.risk_class"), Column(_("Cover status"), "country.get_cover_status_display"),
        *(_amounts() if with_figures else []), Column(_("Companies known"), "known", "number"),
    ]  # fmt: skip


def _amounts() -> list[Column]:
    return [
        Column(f"{MEASURES[name]} (USD)", f"totals.usd.{name}", "amount", currency="USD") for name in AMOUNTS
    ]  # fmt: skip


@access(PUBLIC)
def country_detail(request: HttpRequest, code: str) -> HttpResponse:
    actor, row = request_actor(request), _country(request, code)
    figures = figures_for(actor)
    context = {
        "row": row, "country": row.country, "tone": tone_and_label(row.country, "cover_status")[0],
        "tiles": _tiles(row.totals) if figures else [], "counted": _counted(row.totals),
        "lights": _lights(row.buyers), "notes": selectors.notes(row.country.pk), "summary": summing.last(),
        "news": sources.news_of(actor, country=row.country.pk), "history": selectors.history(row.country.pk),
        "buyers": selectors.main_buyers(actor, obligor__country=row.country.pk) if figures else [],
        "figures": figures, "cap": _cap(actor, row), "may_propose": actor.can(PROPOSE),
        "open_change": selectors.open_change(row.country.pk) if actor.can("countries.view") else None,
        "may_see_changes": actor.can("countries.view"), "may_stop": actor.can("limits.stop"),
    }  # fmt: skip
    return page(request, "credit_info/atlas/country.html", context)


def _country(request: HttpRequest, code: str) -> CountryRow:
    row = selectors.country(request_actor(request), code.upper())
    if row is None:
        raise Http404
    return row


def _tiles(totals: Totals) -> list[Tile]:
    named = {"overdue": "red", "open": "", "granted": "", "paid": "", "recovered": ""}
    return [
        Tile(
            MEASURES[name],
            totals.amount(name),
            "USD",
            note=_items(totals, name),
            tone=tone if totals.amount(name) else "",
        )
        for name, tone in named.items()
    ]


def _items(totals: Totals, name: str) -> Any:
    return _("%(count)s items") % {"count": totals.items.get(name, 0)}


def _counted(totals: Totals) -> list[tuple[Any, Any]]:
    """Numbers that are not zero, and the premium."""
    counts = [(label, totals.items[name]) for name, label in COUNTED.items() if totals.items.get(name)]
    return counts


def _lights(buyers: dict[str, int]) -> list[tuple[Light, int]]:
    return [(light, buyers.get(light, 0)) for light in LIGHTS]


def _cap(actor: Actor, row: CountryRow) -> dict[str, Any]:
    """The cap for everybody with figures; its use is of all policyholders together, so for the staff only."""
    if not figures_for(actor):
        return {}
    cap, granted = selectors.cap_use(row)
    return {"amount": cap, "used": granted if actor.is_insurer else None}


@access(PUBLIC)
def country_report(request: HttpRequest, code: str) -> HttpResponse:
    """The page of the library to print: no figures of anybody's business."""
    row = _country(request, code)
    answer = HttpResponse(
        letters.country_report(row, str(get_language()), request_actor(request)), content_type="application/pdf"
    )
    answer["Content-Disposition"] = f'inline; filename="country-{row.country.pk}.pdf"'
    return answer


@access(PUBLIC)
def industry_list(request: HttpRequest) -> HttpResponseBase:
    actor = request_actor(request)
    rows = selectors.industries(actor)
    if wants_export(request):
        return export(request, rows, _industry_columns(figures_for(actor)), "industries")
    context = {
        "rows": [(row, words.TEXTS[row.industry.section]) for row in rows], "figures": figures_for(actor),
        "rest": selectors.without_industry(actor), "may_see_changes": actor.can("countries.view"),
        "chart": _industry_chart(rows) if figures_for(actor) else "",
        "summary": summing.last(),
    }  # fmt: skip
    return page(request, "credit_info/atlas/industries.html", context)


def _industry_columns(with_figures: bool) -> list[Column]:
    return [
        Column(_("HS section"), "industry.section", "number"), Column(_("Industry"), "industry.name"),
        *(_amounts() if with_figures else []), Column(_("Companies known"), "known", "number"),
    ]  # fmt: skip


def _industry_chart(rows: list[IndustryRow]) -> Any:
    """Open receivables of the industries that have any, in thousands; the number is the section in the table."""
    shown = [row for row in rows if row.totals.amount("open")]
    points = [(row.industry.section, row.totals.amount("open") / 1000, "b1") for row in shown]
    title = _("Open receivables by industry, thousand USD")
    return bars(title, [(label, value.quantize(1), css) for label, value, css in points]) if points else ""


@access(PUBLIC)
def industry_detail(request: HttpRequest, section: int) -> HttpResponse:
    actor, one = request_actor(request), BY_SECTION.get(section)
    if one is None:
        raise Http404
    row, figures = selectors.industry(actor, one), figures_for(actor)
    context = {
        "row": row, "industry": one, "text": words.TEXTS[section], "figures": figures, "summary": summing.last(),
        "tiles": _tiles(row.totals) if figures else [], "counted": _counted(row.totals), "lights": _lights(row.buyers),
        "countries": selectors.main_countries(actor, section) if figures else [],
        "buyers": selectors.main_buyers(actor, obligor__section=section) if figures else [],
        "news": sources.news_of(actor, industry=section),
    }  # fmt: skip
    return page(request, "credit_info/atlas/industry.html", context)


@access("buyers.view")
def portfolio(request: HttpRequest) -> HttpResponseBase:
    """All sums in one place: where the weight lies."""
    by = request.GET.get("by", "")
    chosen = by if by in dict(selectors.PORTFOLIO) else "country"
    rows = selectors.portfolio(request_actor(request), chosen)
    if wants_export(request):
        return export(request, rows, _share_columns(), f"portfolio-{chosen}")
    choices = [("" if name == "country" else name, label) for name, label in selectors.PORTFOLIO]
    context = {
        "rows": [(row, reverse(row.url_of[0], args=[row.url_of[1]]) if row.url_of else "") for row in rows],
        "tabs": tabs(request, "by", choices), "summary": summing.last(), "may_propose": request_actor(request).can(PROPOSE),
        "whole": {name: sum(row.totals.amount(name) for row in rows) for name in AMOUNTS},
    }  # fmt: skip
    return page(request, "credit_info/atlas/portfolio.html", context)


def _share_columns() -> list[Column]:
    return [Column(_("Name"), lambda row: str(row.name)), Column(_("Part"), "part", "ratio"), *_amounts()]
