"""Directed authorisations: the exporter grants and revokes, the bank reads, both see every reading."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from financing import pages, scopes
from financing.authorisations import services
from financing.forms import GrantForm
from financing.models import Authorisation, Grant, Indicator, Reading
from sinosure.accounts.access import access
from sinosure.accounts.access import request_actor as actor_of
from sinosure.core import clock
from sinosure.ui import show
from sinosure.ui.pages import act, confirm_page, form_page, page
from sinosure.ui.paging import keyset_page


def rows_of(request: HttpRequest) -> QuerySet[Authorisation]:
    return Authorisation.objects.visible_to(actor_of(request)).select_related("policyholder", "bank")


def detail_url(pk: int) -> str:
    return reverse("financing:authorisation-detail", args=[pk])


def names(row: Authorisation) -> list[Any]:
    return [Indicator(name).label for name in row.indicators]


@access("financing.view")
def authorisation_list(request: HttpRequest) -> HttpResponse:
    actor, today = actor_of(request), clock.today()
    shown = keyset_page(rows_of(request), request)
    context = {
        "page": shown, "rows": [(row, row.standing(today), names(row)) for row in shown],
        "tabs": pages.tabs("authorisations", actor), "may_grant": actor.can("financing.sign_exporter"),
    }  # fmt: skip
    return page(request, "financing/authorisations.html", context)


@access("financing.view")
def authorisation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    actor, row = actor_of(request), get_object_or_404(rows_of(request), pk=pk)
    standing = row.standing(clock.today())
    readings = list(Reading.objects.visible_to(actor).filter(authorisation=row).order_by("-id")[:50])
    context = {
        "authorisation": row, "standing": standing, "names": names(row), "readings": readings,
        "shown": facts_of(readings[0]) if readings else (), "countries": countries_of(readings[0]) if readings else (),
        "may_read": actor.is_bank and actor.can("financing.lend") and standing == Grant.VALID,
        "may_revoke": actor.can("financing.sign_exporter") and row.revoked_at is None,
    }  # fmt: skip
    return page(request, "financing/authorisation.html", context)


def facts_of(reading: Reading) -> list[tuple[Any, Any]]:
    """What a reading showed of amounts and buyers, in words."""
    shown, found = reading.shown, list[tuple[Any, Any]]()
    if scale := shown.get(Indicator.SCALE):
        found += [
            (_("Limits in force"), _band(scale["limits"], scale["currency"])),
            (_("Declared in a year"), _band(scale["declared"], scale["currency"])),
        ]
    if buyers := shown.get(Indicator.BUYERS):
        found += [
            (_("Number of buyers"), f"{buyers['count'][0]} – {buyers['count'][1]}"),
            (_("Share of the five largest"), f"{buyers['top_five']}%"),
            (_("Concentration (Herfindahl index)"), f"{buyers['concentration']} / 10000"),
        ]
    return found


def _band(bounds: list[str], currency: str) -> str:
    low, high = (show.plain_amount(Decimal(one), currency) for one in bounds)
    return f"{currency} {low} – {high}"


def countries_of(reading: Reading) -> list[tuple[Any, Any]]:
    """(country, per cent) as a reading showed them, the largest first."""
    shares = reading.shown.get(Indicator.COUNTRIES, [])
    known = scopes.country_names(code for code, _share in shares)
    return [(known.get(code, _("All other countries together")), f"{share}%") for code, share in shares]


@access("financing.sign_exporter")
def authorisation_new(request: HttpRequest) -> HttpResponseBase:
    form = GrantForm(request.POST or None)
    context = {
        "title": _("Let a bank read your indicators"), "verb": _("Grant"), "cancel_url": reverse("financing:authorisation-list"),
        "intro": _("For a loan a bank may want to know how much you insure and how your sales are spread. You decide what it reads."),
    }  # fmt: skip
    return form_page(
        request, "components/form_page.html", form,
        lambda data: services.grant(
            actor=actor_of(request), bank_id=data["bank"].pk, names=data["indicators"], valid_from=data["valid_from"],
            valid_until=data["valid_until"],
        ),
        lambda row: detail_url(row.pk), message=_("The bank may read, until you revoke it."), context=context,
    )  # fmt: skip


@access("financing.sign_exporter")
def authorisation_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(rows_of(request), pk=pk)
    if request.method == "POST":
        return act(
            request, None, lambda: services.revoke(actor=actor_of(request), authorisation_id=pk), detail_url(pk),
            _("The authorisation is revoked."),
        )  # fmt: skip
    return confirm_page(
        request, title=_("Revoke the authorisation"), verb=_("Revoke"), cancel_url=detail_url(pk), danger=True,
        text=_("The bank can read nothing from this moment on. What it has read before stays in the list."),
        facts=[(_("Bank"), row.bank.name), (_("Last day"), row.valid_until)],
    )  # fmt: skip


@access("financing.lend")
@require_POST
def authorisation_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Each press of the button is one reading, kept and shown to the exporter."""
    get_object_or_404(rows_of(request), pk=pk)
    return act(request, None, lambda: services.read(actor=actor_of(request), authorisation_id=pk), detail_url(pk))
