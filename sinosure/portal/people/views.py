"""Who may do what: the list of people, a person with their duties and deeds, and what a security administrator changes."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from sinosure.accounts import selectors, services
from sinosure.accounts.access import access, request_actor
from sinosure.accounts.models import RoleGrant, User
from sinosure.accounts.passwords import send_link
from sinosure.accounts.roles import Kind
from sinosure.audit.selectors import deeds_of
from sinosure.portal.people.forms import BranchForm, DutyForm, FilterForm, OrganisationForm, PersonForm, WorkplaceForm
from sinosure.ui.export import Column, export, wants_export
from sinosure.ui.pages import FORM_PAGE, act, form_page, page
from sinosure.ui.paging import keyset_page

MANAGE = services.MANAGE


@access(MANAGE)
def people(request: HttpRequest) -> HttpResponseBase:
    form = FilterForm(request.GET or None)
    rows = selectors.people(request_actor(request), **form.chosen())
    if wants_export(request):
        return export(request, rows.order_by("username"), _columns(), "people")
    shown = keyset_page(rows, request, order=("username",))
    return page(request, "portal/people.html", {"page": shown, "filters": form})


def _columns() -> list[Column]:
    return [
        Column(_("User name"), "username"),
        Column(_("Name"), "name"),
        Column(_("Organisation"), "organisation.name"),
        Column(_("Branch of the bank"), "branch.name"),
        Column(_("Duties"), _duties),
        Column(_("Account"), lambda row: _("open") if row.is_active else _("closed")),
    ]


def _duties(row: Any) -> str:
    return "; ".join(f"{grant.get_role_display()} {grant.tier}" for grant in row.standing)


@access(MANAGE)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    actor = request_actor(request)
    found = _person(request, pk)
    context = {
        "person": found, "duties": selectors.duties_of(found), "deeds": deeds_of(found.pk, 20),
        "is_self": actor.user_id == found.pk, "form": DutyForm(kind=found.organisation.kind),
    }  # fmt: skip
    return page(request, "portal/person.html", context)


@access(MANAGE)
def person_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A colleague for an organisation."""
    organisation = get_object_or_404(selectors.organisations(request_actor(request)), pk=pk)

    def register(typed: dict[str, Any]) -> User:
        made = services.register_person(request_actor(request), organisation=organisation, **typed)
        send_link(made)
        return made

    form = PersonForm(request.POST or None, kind=organisation.kind)
    context = {"title": _("Register a person"), "sub": organisation.name, "cancel_url": reverse("portal:organisations")}
    return form_page(
        request, FORM_PAGE, form, register, _url, check=True, context=context,
        message=lambda made: _("%(name)s is registered. The link to set a password was sent to %(email)s.")
        % {"name": made.name, "email": made.email},
    )  # fmt: skip


@access(MANAGE)
def duty_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = _person(request, pk)
    form = DutyForm(request.POST or None, kind=found.organisation.kind)
    context = {"title": _("Grant a duty"), "sub": found.name, "cancel_url": _url(found)}
    return form_page(
        request, FORM_PAGE, form,
        lambda typed: services.grant_duty(request_actor(request), person=found, **typed), _url(found), context=context,
        message=_("The duty is granted from now on."),
    )  # fmt: skip


@access(MANAGE)
def person_branch(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Where an officer of a bank works: what the officer sees follows from it."""
    found = _person(request, pk)
    if found.organisation.kind != Kind.BANK:
        raise Http404
    form = WorkplaceForm(request.POST or None, bank_id=found.organisation_id, initial={"branch": found.branch_id})
    context = {
        "title": _("Set the branch"), "sub": f"{found.name} · {found.organisation.name}", "cancel_url": _url(found),
        "intro": _("An officer of a branch sees and handles what that branch has, head office what all branches have."),
    }  # fmt: skip
    return form_page(
        request, FORM_PAGE, form,
        lambda typed: services.set_branch(request_actor(request), person=found, **typed), _url(found), context=context,
        message=_("The branch is set from now on."),
    )  # fmt: skip


@access(MANAGE)
@require_POST
def duty_end(request: HttpRequest, pk: int, grant: int) -> HttpResponseBase:
    found = _person(request, pk)
    duty = get_object_or_404(selectors.duties_of(found), pk=grant)
    return _deed(request, found, lambda: _end(request, duty), _("The duty has ended."))


def _end(request: HttpRequest, duty: RoleGrant) -> None:
    services.revoke_duty(request_actor(request), grant=duty)


@access(MANAGE)
@require_POST
def person_active(request: HttpRequest, pk: int, state: str) -> HttpResponseBase:
    """Close the account, or open it again."""
    found, opened = _person(request, pk), state == "open"
    said = _("The account is open again.") if opened else _("The account is closed.")
    return _deed(request, found, lambda: services.set_active(request_actor(request), person=found, active=opened), said)


@access(MANAGE)
@require_POST
def person_link(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send the link to set a password once more."""
    found = _person(request, pk)
    return _deed(request, found, lambda: send_link(found), _("The link was sent."))


@access(MANAGE)
def organisation_list(request: HttpRequest) -> HttpResponse:
    rows = selectors.organisations(request_actor(request)).select_related("office").prefetch_related("branches")
    return page(request, "portal/organisations.html", {"page": keyset_page(rows, request, order=("code",))})


@access(MANAGE)
def organisation_new(request: HttpRequest) -> HttpResponseBase:
    form = OrganisationForm(request.POST or None)
    context = {"title": _("Register an organisation"), "cancel_url": reverse("portal:organisations")}
    return form_page(
        request, FORM_PAGE, form,
        lambda typed: services.register_organisation(request_actor(request), **typed),
        lambda made: reverse("portal:person-new", args=[made.pk]), check=True, context=context,
        message=_("The organisation is registered. Register its first person now."),
    )  # fmt: skip


@access(MANAGE)
def branch_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    bank = get_object_or_404(selectors.organisations(request_actor(request)), pk=pk, kind=Kind.BANK)
    form = BranchForm(request.POST or None)
    context = {"title": _("Register a branch"), "sub": bank.name, "cancel_url": reverse("portal:organisations")}
    return form_page(
        request, FORM_PAGE, form,
        lambda typed: services.register_branch(request_actor(request), bank=bank, **typed),
        reverse("portal:organisations"), context=context, message=_("The branch is registered."),
    )  # fmt: skip


def _person(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(selectors.people(request_actor(request)), pk=pk)


def _deed(request: HttpRequest, found: User, deed: Any, said: Any) -> HttpResponseBase:
    return act(request, None, deed, _url(found), said)


def _url(found: User) -> str:
    return reverse("portal:person", args=[found.pk])
