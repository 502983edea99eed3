"""The register of buyers and banks: search, one obligor with what is known of it, adding, editing, the light."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from credit_info import panels, selectors, services
from credit_info.customers.selectors import favourites
from credit_info.forms import BankForm, BuyerForm, EditForm, LightForm, ObligorFilterForm
from credit_info.light import MEANING, judge
from credit_info.matching import possible_duplicates
from credit_info.models import Fact, Obligor
from credit_info.reports.selectors import valid_on
from sinosure.accounts.access import access
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.reference.industries import BY_SECTION
from sinosure.ui.chips import tone_and_label
from sinosure.ui.export import Column, export, wants_export
from sinosure.ui.pages import form_page, page
from sinosure.ui.paging import keyset_page, sort_order

SUBSIDIARIES = 20
SORTS = {"name": "name", "country": "country_id", "code": "code"}


@access("buyers.view")
def obligor_list(request: HttpRequest) -> HttpResponseBase:
    actor = _actor(request)
    form = ObligorFilterForm(request.GET or None)
    rows = selectors.listed(actor, **form.chosen())
    if wants_export(request):
        return export(request, rows, _columns(), "buyers")
    best_first = bool(form.chosen().get("q", "").strip()) and not request.GET.get("sort")
    order = ("place", "id") if best_first else sort_order(request, SORTS, default="name")
    shown = keyset_page(rows, request, order=order)
    return page(
        request,
        "credit_info/list.html",
        {"page": shown, "filters": form, "add_url": _add_url(actor), "may_edit": actor.can("buyers.edit")},
    )


def _columns() -> list[Column]:
    return [
        Column(_("Code"), "code"),
        Column(_("Legal name"), "name"),
        Column(_("Kind"), "get_kind_display"),
        Column(_("Country or region"), "country.name"),
        Column(_("City"), "city"),
        Column(_("Registration number"), "registration_no"),
        Column(_("BIC"), "bic"),
        Column(_("Credit light"), "get_light_display"),
        Column(_("As of"), "light_as_of", "date"),
    ]


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


def _add_url(actor: Actor) -> str:
    """Where this actor adds a buyer: staff in the register, an exporter as a proposal."""
    if actor.can("buyers.edit"):
        return reverse("credit_info:obligor-new")
    return reverse("credit_info:obligor-propose") if actor.can("limits.apply") else ""


def obligor_url(obligor: Obligor) -> str:
    return reverse("credit_info:obligor-detail", args=[obligor.pk])


@access("buyers.view")
def obligor_detail(request: HttpRequest, pk: int) -> HttpResponse:
    actor = _actor(request)
    obligor = get_object_or_404(Obligor.objects.visible_to(actor).select_related("country", "parent"), pk=pk)
    known = list(Fact.objects.visible_to(actor).filter(obligor=obligor))
    context = {
        "obligor": obligor, "facts_list": _facts(obligor), "lights": selectors.light_history(obligor, actor),
        "panels": panels.render(request, actor, obligor), "may_edit": actor.can("buyers.edit"),
        "aliases": obligor.aliases.all(), "numbers": obligor.identifiers.select_related("country"),
        "subsidiaries": obligor.subsidiaries.order_by("name", "id")[:SUBSIDIARIES],
        "known": known, "meaning": MEANING[obligor.light],
        "steps": judge(known, clock.today()).steps,
        "may_mark": not actor.is_insurer, "is_favourite": obligor.pk in favourites(actor),
        "may_order": actor.can("reports.order"), "reports": valid_on(actor, obligor.pk),
        "may_light": actor.can("buyers.light"), "light_tone": tone_and_label(obligor, "light")[0],
    }  # fmt: skip
    return page(request, "credit_info/detail.html", context)


def _facts(obligor: Obligor) -> list[tuple[Any, Any]]:
    country = obligor.country
    known = [
        (_("Code"), obligor.code), (_("Kind"), obligor.get_kind_display()), (_("BIC"), obligor.bic),
        (_("Name in local script"), obligor.local_name), (_("Country or region"), _country(obligor)),
        (_("Country class"), country.risk_class), (_("Cover on the country"), country.get_cover_status_display()),
        (_("Registration number"), obligor.registration_no), (_("City"), obligor.city), (_("Address"), obligor.address),
        (_("Industry"), _industry(obligor)), (_("Company group"), obligor.group_name),
        (_("Standing"), obligor.get_standing_display()), (_("Source"), obligor.source), (_("As of"), obligor.known_on),
    ]  # fmt: skip
    return [(label, value) for label, value in known if value]


def _country(obligor: Obligor) -> SafeString:
    country = obligor.country
    url = reverse("credit_info:country-detail", args=[country.code])
    return format_html('<a href="{}">{} ({})</a>', url, country.name, country.code)


def _industry(obligor: Obligor) -> str:
    """The section of the HS, and what the register says in its own words."""
    section = BY_SECTION.get(obligor.section or 0)
    return " · ".join(str(one) for one in (section, obligor.industry) if one)


@access("buyers.edit")
def obligor_new(request: HttpRequest) -> HttpResponseBase:
    return _buyer_page(request, _("Add a buyer"))


@access("limits.apply")
def obligor_propose(request: HttpRequest) -> HttpResponseBase:
    """An exporter names a buyer that is not in the register; `next` leads back to the limit application."""
    return _buyer_page(request, _("Name a new buyer"))


def _buyer_page(request: HttpRequest, title: Any) -> HttpResponseBase:
    form = BuyerForm(request.POST or None, initial={"name": request.GET.get("name", "")[:200]})
    context = {
        "title": title,
        "duplicates": _duplicates(form),
        "verb": _("Add the buyer"),
        "cancel_url": reverse("credit_info:obligor-list"),
    }
    return form_page(
        request, "credit_info/buyer_form.html", form,
        lambda data: services.add_buyer(actor=_actor(request), confirmed_new=data["confirmed_new"], **form.facts()),
        lambda row: _back_to(request, row), message=_added, context=context,
    )  # fmt: skip


def _added(obligor: Obligor) -> Any:
    return _("%(name)s is added with the code %(code)s.") % {"name": obligor.name, "code": obligor.code}


def _duplicates(form: BuyerForm) -> Sequence[Obligor]:
    """Known buyers that could be the same, shown with the form that was sent."""
    if not form.is_bound or not form.is_valid():
        return []
    data = form.cleaned_data
    return possible_duplicates(data["name"], data["country"], data["registration_no"])


def _back_to(request: HttpRequest, obligor: Obligor) -> str:
    """The page that sent the person here, with the obligor chosen, else its own page."""
    target = request.GET.get("next", "")
    if target and url_has_allowed_host_and_scheme(target, {request.get_host()}):
        return f"{target}{'&' if '?' in target else '?'}{urlencode({'obligor': obligor.pk})}"
    return obligor_url(obligor)


@access("buyers.edit")
def bank_new(request: HttpRequest) -> HttpResponseBase:
    return _bank_page(request)


@access("limits.apply")
def bank_propose(request: HttpRequest) -> HttpResponseBase:
    return _bank_page(request)


def _bank_page(request: HttpRequest) -> HttpResponseBase:
    form = BankForm(request.POST or None)
    context = {
        "title": _("Add an issuing bank"),
        "verb": _("Add the bank"),
        "cancel_url": reverse("credit_info:obligor-list"),
    }
    return form_page(
        request, "components/form_page.html", form,
        lambda data: services.add_bank(actor=_actor(request), **data), lambda row: _back_to(request, row), context=context,
    )  # fmt: skip


@access("buyers.edit")
def obligor_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    obligor = get_object_or_404(Obligor.objects.visible_to(_actor(request)), pk=pk)
    form = EditForm(request.POST or None, initial={name: getattr(obligor, name) for name in services.FACTS})
    context = {"title": _("Edit the facts"), "sub": obligor.name, "verb": _("Save"), "cancel_url": obligor_url(obligor)}
    return form_page(
        request, "components/form_page.html", form,
        lambda data: services.edit(actor=_actor(request), obligor_id=pk, **data), obligor_url,
        message=_("The facts are saved."), context=context,
    )  # fmt: skip


@access("buyers.light")
def obligor_light(request: HttpRequest, pk: int) -> HttpResponseBase:
    obligor = get_object_or_404(Obligor.objects.visible_to(_actor(request)), pk=pk)
    form = LightForm(request.POST or None, initial={"light": obligor.light, "as_of": clock.today()})
    intro = _("Everybody sees the light with its dated reasons. A company of which nothing is known stays grey.")
    context = {
        "title": _("Set the credit light"),
        "sub": obligor.name,
        "intro": intro,
        "verb": _("Set the light"),
        "cancel_url": obligor_url(obligor),
    }
    return form_page(
        request, "components/form_page.html", form,
        lambda data: services.set_light(
            actor=_actor(request), obligor_id=pk, light=data["light"], reasons=data["reasons"].splitlines(), as_of=data["as_of"]
        ),
        obligor_url, message=_("The light is set."), context=context,
    )  # fmt: skip
