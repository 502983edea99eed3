"""Pages of the pooled platforms, for sponsors and for the insurer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from policies.pooled import issue, lists, money, pages, platforms, selectors
from policies.pooled.figures import figures
from policies.pooled.forms import (
    ConfirmForm,
    ListForm,
    MemberFilter,
    PlanForm,
    PlatformForm,
    SubsidyForm,
    plan_initial,
)
from policies.pooled.lifecycle import MEMBER, MEMBER_LIST, PLATFORM
from policies.pooled.models import MemberList, PlatformMember, PooledPlatform, SubsidyReceipt
from policies.pooled.reading import HEADINGS
from policies.pooled.states import ListState, PlatformState, SponsorPart
from sinosure.accounts.access import access, request_actor
from sinosure.core import clock
from sinosure.ui.chips import tone_and_label
from sinosure.ui.export import Column, export, wants_export
from sinosure.ui.pages import FORM_PAGE, act, confirm_page, form_page, page
from sinosure.ui.paging import keyset_page

SHOWN = 20


def _url(row: PooledPlatform) -> str:
    return reverse("policies:pooled-detail", args=[row.pk])


def _list_url(row: MemberList) -> str:
    return reverse("policies:pooled-list-detail", args=[row.pk])


def _platform(request: HttpRequest, pk: int, action: str = "") -> PooledPlatform:
    """A platform the actor may see; for a move, one on which it may be made now."""
    actor = request_actor(request)
    row = get_object_or_404(selectors.platforms(actor), pk=pk)
    if action:
        PLATFORM.check(action, row, actor)
    return row


def _list(request: HttpRequest, pk: int) -> MemberList:
    return get_object_or_404(selectors.lists(request_actor(request)), pk=pk)


def _sure(request: HttpRequest, title: Any, text: Any, back: str, facts: Any = ()) -> HttpResponseBase:
    return confirm_page(request, title=title, text=text, verb=title, cancel_url=back, facts=facts)


@access("pooled.view")
def pooled_list(request: HttpRequest) -> HttpResponseBase:
    """The platforms that the actor sponsors, or all of them."""
    actor = request_actor(request)
    shown = keyset_page(selectors.platforms(actor), request, order=("-id",))
    return page(request, "policies/pooled/list.html", {"page": shown, "may_create": actor.can("pooled.manage")})


@access("pooled.manage")
def pooled_new(request: HttpRequest) -> HttpResponseBase:
    """Set up a platform as a draft."""
    actor, form = request_actor(request), PlatformForm(request.POST or None)
    context = {
        "title": _("New pooled platform"), "sub": _("A draft: sponsors see it once it is open"), "verb": _("Set up the platform"),
        "cancel_url": reverse("policies:pooled-list"),
    }  # fmt: skip
    return form_page(
        request, FORM_PAGE, form,
        lambda _data: platforms.create(actor=actor, region=form.region(), offer=form.offer()), _url, context=context,
    )  # fmt: skip


@access("pooled.view")
def pooled_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The dashboard: figures, plan, lists, runs."""
    platform, actor = _platform(request, pk), request_actor(request)
    found, plan = figures(platform, actor), platforms.current_plan(platform)
    may_list = SponsorPart.COMMERCE in selectors.parts(actor, platform) and platform.state == PlatformState.OPEN
    return page(request, "policies/pooled/detail.html", {
        "platform": platform, "state_tone": tone_and_label(platform, "state")[0], "figures": found, "tiles": pages.tiles(found),
        "plan": pages.plan_facts(platform, plan), "buttons": pages.platform_buttons(platform, actor), "may_list": may_list,
        "sponsors": platform.sponsors.select_related("organisation").order_by("part"),
        "lists": selectors.lists(actor).filter(platform=platform).order_by("-id")[:SHOWN],
        "runs": selectors.runs(actor).filter(platform=platform).order_by("-id")[:SHOWN],
        "receipts": SubsidyReceipt.objects.visible_to(actor).filter(platform=platform).order_by("-id")[:SHOWN],
    })  # fmt: skip


@access("pooled.manage")
def pooled_plan(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Another version of the plan, before the platform opens."""
    platform, actor = _platform(request, pk, "plan"), request_actor(request)
    form = PlanForm(request.POST or None, initial=plan_initial(platforms.current_plan(platform)))
    context = {
        "title": _("Change the plan"),
        "sub": platform.name,
        "verb": _("Save the plan"),
        "cancel_url": _url(platform),
    }
    return form_page(
        request, FORM_PAGE, form, lambda _data: platforms.plan(actor=actor, platform_id=pk, offer=form.offer()),
        _url(platform), context=context,
    )  # fmt: skip


@access("pooled.manage")
@require_POST
def pooled_open(request: HttpRequest, pk: int) -> HttpResponseBase:
    platform, actor = _platform(request, pk), request_actor(request)
    return act(
        request, None, lambda: platforms.open_for_lists(actor=actor, platform_id=pk), _url(platform),
        message=_("The platform is open: its sponsors can hand lists in."),
    )  # fmt: skip


@access("pooled.manage")
def pooled_close(request: HttpRequest, pk: int) -> HttpResponseBase:
    platform, actor = _platform(request, pk, "close"), request_actor(request)
    if request.method == "POST":
        return act(request, None, lambda: platforms.close(actor=actor, platform_id=pk), _url(platform))
    text = _(
        "No further lists and no further policies. Those issued run on; who waits for a policy is taken off the list."
    )
    return _sure(request, _("Close the platform"), text, _url(platform))


@access("pooled.manage")
def pooled_issue(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Start the run that issues every policy that is still missing."""
    platform, actor = _platform(request, pk, "issue"), request_actor(request)
    if request.method == "POST":
        return act(
            request, None, lambda: issue.ask(actor=actor, platform_id=pk),
            lambda run: reverse("policies:pooled-run", args=[run.pk]),
        )  # fmt: skip
    waiting = selectors.members(actor, pk, state="PUBLISHED").count()
    facts = [
        (_("Members without a policy"), waiting),
        (_("Cover from"), lists.first_day(platform)),
        (_("Common expiry"), platform.ends_on),
    ]
    text = _("Every published member gets its policy, once. A run that is interrupted goes on where it stopped.")
    return _sure(request, _("Issue policies"), text, _url(platform), facts)


@access("pooled.view")
def pooled_run(request: HttpRequest, pk: int) -> HttpResponse:
    """A run with its progress, which is what is committed; fetched again every two seconds while it goes on."""
    run = get_object_or_404(selectors.runs(request_actor(request)), pk=pk)
    context = {"run": run, "facts": pages.run_facts(run), "state_tone": tone_and_label(run, "state")[0]}
    if not request.headers.get("HX-Request"):
        return page(request, "policies/pooled/run.html", context)
    if run.is_unfinished:
        return page(request, "policies/pooled/_progress.html", context)
    response = HttpResponse()
    response["HX-Refresh"] = "true"
    return response


@access("pooled.book")
def pooled_book(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Finance books what the authority has paid."""
    platform, actor = _platform(request, pk, "book"), request_actor(request)
    due = money.amount_due(platform)
    form = SubsidyForm(
        request.POST or None,
        currency=due.currency,
        initial={"amount": due.rounded().amount, "received_on": clock.today()},
    )
    context = {
        "title": _("Book subsidy received"), "sub": platform.name, "verb": _("Book"), "cancel_url": _url(platform),
        "intro": _("Confirmed and not received yet: %(due)s. What members paid first is passed on to them.") % {"due": due},
    }  # fmt: skip
    return form_page(
        request, FORM_PAGE, form, lambda data: money.book(actor=actor, platform_id=pk, **data), _url(platform),
        context=context, message=_("The subsidy is booked."),
    )  # fmt: skip


@access("pooled.view")
def pooled_members(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The firms that were listed, with their part of the premium and how far they are."""
    platform, actor = _platform(request, pk), request_actor(request)
    form = MemberFilter(request.GET or None)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = selectors.members(actor, pk, chosen.get("q", ""), chosen.get("state", ""))
    if wants_export(request):
        return export(request, rows, _member_columns(), f"{platform.number}-members")
    shown = keyset_page(rows, request, order=("-id",))
    may_withdraw = SponsorPart.COMMERCE in selectors.parts(actor, platform)
    context = {"platform": platform, "page": shown, "filters": form, "may_withdraw": may_withdraw}
    return page(request, "policies/pooled/members.html", context)


def _member_columns() -> list[Column]:
    money_columns = (
        (_("Exports of the year before"), "exports_last_year"), (_("Premium"), "gross"), (_("Subsidy"), "subsidy"),
        (_("Payable"), "payable"),
    )  # fmt: skip
    return [
        Column(_("Unified social credit code"), "uscc"),
        Column(_("Name in Chinese"), "name_zh"),
        Column(_("Name in English"), "name_en"),
        Column(_("City"), "city"),
        Column(_("Currency"), "currency"),
        *(Column(label, name, "amount", currency="currency") for label, name in money_columns),
        Column(_("List"), "list"),
        Column(_("State"), "get_state_display"),
        Column(_("Policy"), lambda row: str(row.policy or "")),
    ]


@access("pooled.list")
def pooled_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    actor = request_actor(request)
    member: PlatformMember = get_object_or_404(selectors.members(actor), pk=pk)
    MEMBER.check("withdraw", member, actor)
    back = reverse("policies:pooled-members", args=[member.platform_id])
    if request.method == "POST":
        return act(request, None, lambda: lists.withdraw(actor=actor, member_id=pk), back)
    text = _("It gets no policy under this platform; it may be listed again.")
    facts = [(_("Enterprise"), member.name), (_("Unified social credit code"), member.uscc)]
    return _sure(request, _("Take off the list"), text, back, facts)


@access("pooled.list")
def pooled_upload(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand a list in; nothing is taken over before it is confirmed."""
    platform, actor = _platform(request, pk), request_actor(request)
    platforms.require_part(actor, platform, SponsorPart.COMMERCE)
    form = ListForm(request.POST or None, request.FILES or None)
    return form_page(
        request, "policies/pooled/upload.html", form,
        lambda data: lists.receive(actor=actor, platform_id=pk, upload=data["file"]), _list_url,
        context={"platform": platform, "plan": platforms.current_plan(platform)},
    )  # fmt: skip


@access("pooled.view")
@require_GET
def pooled_template(request: HttpRequest) -> HttpResponse:
    """An empty list with the right headings."""
    response = HttpResponse("\ufeff" + ",".join(HEADINGS) + "\r\n", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="pooled-list-template.csv"'
    return response


@access("pooled.view")
def pooled_list_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A list: what was read, what is wrong in it, and the next step; POST confirms it."""
    found, actor = _list(request, pk), request_actor(request)
    bad = selectors.rows_of(found, only_bad=True)
    if wants_export(request):
        return export(request, bad.order_by("row_no"), _bad_columns(), f"{found.number}-bad-rows")
    may_confirm = found.state == ListState.READY and SponsorPart.COMMERCE in selectors.parts(actor, found.platform)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST":
        MEMBER_LIST.check("confirm", found, actor)
    good = selectors.rows_of(found).filter(code="").order_by("row_no")[:5]
    context = {
        "list": found, "state_tone": tone_and_label(found, "state")[0], "buttons": pages.list_buttons(found, actor),
        "rail": pages.list_rail(found), "sums": pages.sums(found), "may_confirm": may_confirm, "sample": good,
        "page": keyset_page(bad, request, order=("row_no", "id")),
    }  # fmt: skip
    return form_page(
        request, "policies/pooled/list_detail.html", form,
        lambda data: lists.confirm(actor=actor, list_id=pk, leave_out_bad=data["leave_out_bad"]), _list_url(found),
        context=context, message=_("The list is confirmed."),
    )  # fmt: skip


def _bad_columns() -> list[Column]:
    names = ("uscc", "name_zh", "name_en", "city", "exports_last_year")
    return [
        Column(_("Row"), "row_no"),
        *(Column(heading, _as_it_came(name)) for heading, name in zip(HEADINGS, names, strict=True)),
        Column(_("What is wrong"), "reason"),
    ]


def _as_it_came(name: str) -> Callable[[Any], str]:
    return lambda row: str(row.raw.get(name, ""))


@access("pooled.list")
@require_POST
def pooled_list_publish(request: HttpRequest, pk: int) -> HttpResponseBase:
    found, actor = _list(request, pk), request_actor(request)
    return act(
        request, None, lambda: lists.publish(actor=actor, list_id=pk), _list_url(found),
        message=_("The list is published. The insurer issues the policies."),
    )  # fmt: skip


@access("pooled.subsidy")
def pooled_list_grant(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The finance authority answers for the subsidy of the list."""
    found, actor = _list(request, pk), request_actor(request)
    MEMBER_LIST.check("grant", found, actor)
    platforms.require_part(actor, found.platform, SponsorPart.FINANCE)
    if request.method == "POST":
        return act(
            request, None, lambda: lists.grant(actor=actor, list_id=pk), _list_url(found),
            message=_("The subsidy is confirmed. Cover begins where nothing else is to be paid."),
        )  # fmt: skip
    text = _("You answer for the government's part of these premiums. Policies that only wait for it come in force.")
    return _sure(request, _("Confirm the subsidy"), text, _list_url(found), pages.sums(found))


@access("pooled.list")
def pooled_list_discard(request: HttpRequest, pk: int) -> HttpResponseBase:
    found, actor = _list(request, pk), request_actor(request)
    MEMBER_LIST.check("discard", found, actor)
    if request.method == "POST":
        return act(request, None, lambda: lists.discard(actor=actor, list_id=pk), _url(found.platform))
    text = _("Its exporters lose their places. The same file may be handed in again.")
    return _sure(request, _("Discard the list"), text, _list_url(found))
