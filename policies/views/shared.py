"""What every role sees: the list, one policy, and the receipt after a deed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from policies import examples, letters, pages, progress, selectors
from policies.chain import chain, suggestion
from policies.ending import selectors as ending
from policies.endorsements import selectors as endorsements
from policies.forms import PolicyFilterForm
from policies.models import Policy, PolicyState
from policies.pooled import pages as pooled_pages
from policies.pooled import selectors as pooled
from policies.services.key_accounts import may_mark
from sinosure.accounts.access import access
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.ui.chips import tone_and_label
from sinosure.ui.export import Column, export, wants_export
from sinosure.ui.pages import confirmation, page
from sinosure.ui.paging import keyset_page, sort_order
from sinosure.ui.parts import Tab

SORTS = {"ends": "ends_on", "starts": "starts_on", "insured": "policyholder__name_zh"}


@access("policies.view")
def policy_list(request: HttpRequest) -> HttpResponseBase:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = PolicyFilterForm(request.GET or None)
    rows = selectors.listed(actor, **form.chosen())
    if wants_export(request):
        return export(request, rows, _columns(), "policies")
    shown = keyset_page(rows, request, order=sort_order(request, SORTS, default="-id"))
    context = {
        "page": shown,
        "filters": form,
        "tabs": list_tabs(actor, "list"),
        "may_apply": actor.can("policies.apply"),
    }
    return page(request, "policies/list.html", context)


def list_tabs(actor: Actor, here: str) -> list[Tab]:
    """Staff switch between the list and their desk."""
    if not actor.can("policies.underwrite"):
        return []
    return [
        Tab(_("All policies"), reverse("policies:policy-list"), here == "list"),
        Tab(_("Underwriting desk"), reverse("policies:policy-desk"), here == "desk", selectors.desk(actor).count()),
    ]


def _columns() -> list[Column]:
    return [
        Column(_("Policy number"), "number"),
        Column(_("Application"), "application_no"),
        Column(_("Insured"), "policyholder.name"),
        Column(_("Product"), "get_product_display"),
        Column(_("State"), "get_state_display"),
        Column(_("Cover begins on"), "starts_on", "date"),
        Column(_("Last day of cover"), "ends_on", "date"),
        Column(_("Currency"), "currency"),
        Column(_("Maximum liability"), lambda row: row.maximum, "amount", currency="currency"),
        Column(_("Paid so far"), lambda row: row.paid_total, "amount", currency="currency"),
    ]


@access("policies.view")
def policy_detail(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    policy = get_object_or_404(selectors.policies(actor), pk=pk)
    return page(request, "policies/detail.html", _detail(policy, actor))


def _detail(policy: Policy, actor: Actor) -> dict[str, Any]:
    notice = ending.notice_of(policy)
    schedule = selectors.schedule_on(policy, clock.today()) if pages.is_quoted(policy) else None
    return {
        "policy": policy, "state_tone": tone_and_label(policy, "state")[0], "rail": progress.rail(policy),
        "buttons": pages.buttons(policy, actor), "sentence": progress.next_sentence(policy),
        "tabs": pages.tabs(policy, actor), "schedule": schedule, "ratios": pages.ratios(schedule),
        "schedule_facts": pages.schedule_facts(policy, schedule) if schedule else (),
        "examples": _examples(policy) if schedule and policy.wording.named.bills_lines else (), "liability": selectors.counter_of(policy),
        "liability_left": selectors.liability_left(policy), "documents": pages.documents(policy, actor),
        "signatures": pages.signatures(policy, actor), "deadlines": pages.deadlines(policy, actor),
        "history": pages.history(policy, actor), "ladder": pages.ladder(policy), "proposal": pages.proposal(policy),
        "versions": endorsements.versions(policy) if policy.signed_at else (),
        "endorsements": endorsements.of_policy(policy, actor), "may_endorse": endorsements.may_ask(policy, actor),
        "chain": chain(policy) if policy.renewed_from_id or policy.renewals.exists() else (),
        "suggestion": suggestion(policy) if actor.is_insurer else None,
        "pooled": pooled_pages.member_facts(member) if (member := pooled.of_policy(policy)) else (),
        "notice": notice, "consents": ending.answers(notice, actor) if notice else (),
        "may_withdraw_notice": ending.may_withdraw(notice, actor),
        "may_end": policy.state in (PolicyState.IN_FORCE, PolicyState.SUSPENDED)
        and (notice is None or notice.state not in ("WAITING", "RUNNING"))
        and (actor.may("policies.sign", policy) or actor.can("policies.underwrite")),
        "may_mark_key": may_mark(policy, actor),
    }  # fmt: skip


def _examples(policy: Policy) -> list[examples.Example]:
    schedule = selectors.schedule_on(policy, clock.today())
    if schedule is None:
        return []
    return examples.examples(
        schedule.rate_basis, schedule.flat_rate_pct, schedule.highest_ratio, schedule.experience_factor, policy.currency
    )


@access("policies.view")
def policy_done(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt after a deed: number, server time, what comes next."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    policy = get_object_or_404(selectors.policies(actor), pk=pk)
    title, at, kind = _receipt(policy)
    paper = pages.documents(policy, actor).filter(kind=kind).first() if kind else None
    facts = [
        (_("Insured"), policy.policyholder.name),
        (_("Product"), policy.get_product_display()),
        (_("State"), policy.get_state_display()),
    ]
    return confirmation(
        request, title=title, number=str(policy), at=at, next_steps=progress.rail(policy),
        receipt_url=reverse("documents:download", args=[paper.pk]) if paper else "",
        links=[(_("To the policy"), reverse("policies:policy-detail", args=[policy.pk]))],
        facts=facts,
    )  # fmt: skip


def _receipt(policy: Policy) -> tuple[Any, Any, str]:
    """Title, moment and paper of the last thing that happened."""
    if policy.signed_at:
        return _("The policy is signed by both sides"), policy.signed_at, letters.CONTRACT
    if policy.insured_signed_at:
        return _("Your side has signed the policy"), policy.insured_signed_at, letters.CONTRACT
    if policy.accepted_at:
        return _("The quote is accepted"), policy.accepted_at, ""
    if policy.quoted_at:
        return _("The quote is sent"), policy.quoted_at, ""
    if policy.submitted_at:
        return _("The application was received"), policy.submitted_at, letters.APPLICATION
    return _("The draft is saved"), policy.created_at, ""
