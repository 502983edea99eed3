"""Staff: new terms for a country with a second person, notes about it, and summing up anew."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from credit_info.atlas import cover, noting, selectors, summing
from credit_info.atlas.authority import Touch
from credit_info.atlas.forms import CommentForm, EndNoteForm, NoteForm, TermsForm
from credit_info.atlas.lifecycle import COVER_CHANGE, DECIDE, PROPOSE
from credit_info.atlas.models import ChangeState, CountryNote, CoverChange
from sinosure.accounts.access import access, request_actor
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.reference.models import Country, CoverStatus
from sinosure.reference.regions import region_of
from sinosure.ui.actions import buttons
from sinosure.ui.pages import FORM_PAGE, act, form_page, page
from sinosure.ui.paging import keyset_page
from sinosure.ui.parts import tabs
from sinosure.ui.show import plain_amount


def country_url(code: str) -> str:
    return reverse("credit_info:country-detail", args=[code])


def change_url(change: CoverChange) -> str:
    return reverse("credit_info:change-detail", args=[change.pk])


def _country(code: str) -> Country:
    if region_of(code.upper()) is None:
        raise Http404
    return get_object_or_404(Country, pk=code.upper())


@access(PROPOSE)
def country_propose(request: HttpRequest, code: str) -> HttpResponseBase:
    country = _country(code)
    now = cover.terms_of(country)
    initial = {**vars(now), "effective_on": clock.today()}
    form = TermsForm(request.POST or None, initial=initial)

    def deed(data: dict[str, Any]) -> CoverChange:
        return cover.propose(
            actor=request_actor(request), country=country.pk, terms=form.terms(), reason=data["reason"],
            effective_on=data["effective_on"],
        )  # fmt: skip

    context = {
        "title": _("New cover terms"), "sub": str(country), "verb": _("Put to a second person"), "cancel_url": country_url(country.pk),
        "intro": _("A second person decides. A suspension stops every limit in the country and tells its policyholders."),
    }  # fmt: skip
    return form_page(
        request, FORM_PAGE, form, deed, change_url, message=_("The terms wait for a second person."), context=context,
    )  # fmt: skip


@access("countries.view")
def change_list(request: HttpRequest) -> HttpResponse:
    chosen = request.GET.get("state", "")
    rows = selectors.changes(request_actor(request), chosen if chosen in ChangeState.values else "")
    context = {
        "page": keyset_page(rows, request), "tabs": tabs(request, "state", [("", _("All")), *ChangeState.choices]),
    }  # fmt: skip
    return page(request, "credit_info/atlas/changes.html", context)


@access("countries.view")
def change_detail(request: HttpRequest, pk: int) -> HttpResponse:
    change, actor = _change(request, pk), request_actor(request)
    moves = cover.moves(change, actor)
    context = {
        "change": change, "buttons": buttons(moves, "credit_info:change-{action}", change.pk, ask=("reject",)),
        "compared": [
            (_("Risk class"), change.was_risk_class, change.risk_class),
            (_("Cover status"), CoverStatus(change.was_cover_status).label, change.get_cover_status_display()),
            (_("Cap"), *(_("No cap") if cap is None else Money(cap, "USD") for cap in (change.was_cap, change.cap))),
        ],
        "who_decides": cover.who_decides(change.level_needed), "because": _because(change),
        "lacks_authority": actor.can(DECIDE) and not cover.has_authority(actor, change),
        "is_own": change.state == ChangeState.PROPOSED and change.proposed_by_id == actor.user_id,
    }  # fmt: skip
    return page(request, "credit_info/atlas/change.html", context)


def _because(change: CoverChange) -> list[str]:
    """Only the rules that ask for the level of the change."""
    rules = [rule for rule in cover.why_level(change) if rule.level == change.level_needed]
    return [
        gettext("%(touch)s, above USD %(amount)s")
        % {"touch": Touch(rule.touch).label, "amount": plain_amount(rule.above_usd, "USD")}
        if rule.above_usd
        else str(Touch(rule.touch).label)
        for rule in rules
    ]


def _change(request: HttpRequest, pk: int) -> CoverChange:
    return get_object_or_404(selectors.changes(request_actor(request)), pk=pk)


@access(DECIDE)
@require_POST
def change_approve(request: HttpRequest, pk: int) -> HttpResponseBase:
    change = _change(request, pk)
    return act(
        request,
        None,
        lambda: cover.approve(actor=request_actor(request), change_id=pk),
        change_url(change),
        _("Approved."),
    )


@access(DECIDE)
def change_reject(request: HttpRequest, pk: int) -> HttpResponseBase:
    change = _change(request, pk)
    COVER_CHANGE.check("reject", change, request_actor(request))
    context = {
        "title": _("Reject the new terms"),
        "sub": str(change.country),
        "verb": _("Reject"),
        "cancel_url": change_url(change),
    }
    return form_page(
        request, FORM_PAGE, CommentForm(request.POST or None),
        lambda data: cover.reject(actor=request_actor(request), change_id=pk, comment=data["comment"]), change_url,
        context=context,
    )  # fmt: skip


@access(PROPOSE)
@require_POST
def change_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    change = _change(request, pk)
    return act(request, None, lambda: cover.withdraw(actor=request_actor(request), change_id=pk), change_url(change))


@access(PROPOSE)
def note_new(request: HttpRequest, code: str) -> HttpResponseBase:
    country = _country(code)
    form = NoteForm(request.POST or None, initial={"on": clock.today()})
    context = {
        "title": _("Write a note"),
        "sub": str(country),
        "verb": _("Save"),
        "cancel_url": country_url(country.pk),
    }
    return form_page(
        request, FORM_PAGE, form, lambda data: noting.write(actor=request_actor(request), country=country, **data),
        lambda row: country_url(country.pk), message=_("The note stands on the country's page."), context=context,
    )  # fmt: skip


@access(PROPOSE)
def note_end(request: HttpRequest, pk: int) -> HttpResponseBase:
    note = get_object_or_404(CountryNote, pk=pk)
    form = EndNoteForm(request.POST or None, initial={"on": clock.today()})
    back = country_url(note.country_id)
    context = {"title": _("This holds no longer"), "sub": note.text, "verb": _("Save"), "cancel_url": back}
    return form_page(
        request, FORM_PAGE, form, lambda data: noting.end(actor=request_actor(request), note_id=pk, on=data["on"]),
        lambda row: back, context=context,
    )  # fmt: skip


@access(PROPOSE)
@require_POST
def sum_up(request: HttpRequest) -> HttpResponseBase:
    """The figures as of now instead of at the next turn of the clock."""
    back = request.POST.get("next", "")
    url = back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else reverse("credit_info:portfolio")
    return act(request, None, summing.summarise, url, _("The figures are as of now."))
