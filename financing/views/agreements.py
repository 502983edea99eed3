"""Agreements: the list, one agreement, draft, three signatures, sending back, release."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from financing import flow, letters, pages, selectors, services
from financing.amendments import selectors as amendments
from financing.forms import (
    AccountForm,
    AgreementForm,
    BranchForm,
    ContractForm,
    ReadForm,
    ReasonForm,
    account_initial,
    agreement_filters,
)
from financing.lifecycle import AGREEMENT
from financing.models import IN_FORCE, Agreement
from sinosure.accounts.access import access
from sinosure.accounts.access import request_actor as actor_of
from sinosure.core import clock
from sinosure.ui.chips import tone_and_label
from sinosure.ui.export import Column, export, wants_export
from sinosure.ui.pages import confirmation, form_page, page
from sinosure.ui.paging import keyset_page


def agreement_or_404(request: HttpRequest, pk: int, action: str = "") -> Agreement:
    """An agreement the actor may see; for a move, one that may be made now (else 403 or 409)."""
    row: Agreement = get_object_or_404(selectors.agreements(actor_of(request)), pk=pk)
    if action:
        AGREEMENT.check(action, row, actor_of(request))
    return row


def detail_url(row: Agreement) -> str:
    return reverse("financing:agreement-detail", args=[row.pk])


def done_url(row: Agreement) -> str:
    return reverse("financing:agreement-done", args=[row.pk])


@access("financing.view")
def agreement_list(request: HttpRequest) -> HttpResponseBase:
    actor, form = actor_of(request), agreement_filters(request.GET)
    rows = selectors.listed_agreements(actor, **form.chosen())
    if wants_export(request):
        return export(request, rows, _columns(), "agreements")
    context = {
        "page": keyset_page(rows, request), "filters": form, "tabs": pages.tabs("agreements", actor),
        "may_draft": actor.is_exporter and actor.can("financing.draft"),
    }  # fmt: skip
    return page(request, "financing/agreements.html", context)


def _columns() -> list[Column]:
    return [
        Column(_("Agreement"), "number"),
        Column(_("Policy"), "policy.number"),
        Column(_("Exporter"), "policyholder.name"),
        Column(_("Bank"), "bank.name"),
        Column(_("In force from"), "active_from", "date"),
        Column(_("Last day"), "active_until", "date"),
        Column(_("State"), "get_state_display"),
    ]


@access("financing.view")
def agreement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    row = agreement_or_404(request, pk)
    signatures = pages.signatures(row, actor)
    context = {
        "agreement": row, "state_tone": tone_and_label(row, "state")[0], "buttons": pages.buttons(row, actor),
        "sentence": pages.sentence(row), "facts": pages.agreement_facts(row), "rail": pages.rail(row, signatures),
        "flow": flow.steps(row, actor), "documents": pages.documents(row, actor), "signatures": pages.signed_by(signatures),
        "history": pages.history(row, actor), "versions": amendments.of_agreement(actor, row.pk),
        "loans": pages.agreement_loans(row, actor),
        "may_lend": row.state in IN_FORCE and actor.is_bank and actor.can("financing.lend"),
    }  # fmt: skip
    return page(request, "financing/agreement.html", context)


@access("financing.draft")
def agreement_new(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request)
    form = AgreementForm(request.POST or None, actor=actor)
    context = {
        "title": _("Assign to a bank"), "verb": _("Save the draft"), "cancel_url": reverse("financing:list"),
        "intro": _("Exporter, bank and insurer sign in turn. From then on the bank is paid for new shipments in scope."),
    }  # fmt: skip
    return form_page(
        request, "components/form_page.html", form, lambda _data: services.draft(actor=actor, **form.values()),
        detail_url, message=_("The draft is saved. The signer signs it next."), context=context,
    )  # fmt: skip


@access("financing.draft")
def agreement_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    actor, row = actor_of(request), agreement_or_404(request, pk, "edit")
    form = AccountForm(request.POST or None, policies=[row.policy_id], initial=account_initial(row))
    context = {
        "title": _("Edit the draft"), "sub": f"{row.number} · {row.policy}", "verb": _("Save the draft"),
        "cancel_url": detail_url(row),
    }  # fmt: skip
    return form_page(
        request, "components/form_page.html", form,
        lambda data: services.edit(actor=actor, agreement_id=pk, version=data["version"], **form.values()),
        detail_url, message=_("The draft is saved."), context=context,
    )  # fmt: skip


def _sign(
    request: HttpRequest, pk: int, action: str, title: Any, service: Callable[..., Agreement], note: Any
) -> HttpResponseBase:
    """The agreement in full, one tick, and the signature."""
    row = agreement_or_404(request, pk, action)
    form = ReadForm(request.POST or None, initial={"version": row.version})
    context = {
        "agreement": row, "facts": pages.agreement_facts(row), "title": title, "verb": _("Sign"), "note": note,
        "cancel_url": detail_url(row), "documents": pages.documents(row, actor_of(request)),
    }  # fmt: skip
    return form_page(
        request, "financing/sign.html", form,
        lambda data: service(actor=actor_of(request), agreement_id=pk, version=data["version"]), done_url,
        context=context,
    )  # fmt: skip


@access("financing.sign_exporter")
def agreement_sign_exporter(request: HttpRequest, pk: int) -> HttpResponseBase:
    note = _(
        "The PDF is issued now and kept with its SHA-256, your name and the time. Bank and insurer sign the same PDF."
    )
    return _sign(request, pk, "sign_exporter", _("Sign for the exporter"), services.sign_exporter, note)


@access("financing.sign_bank")
def agreement_sign_bank(request: HttpRequest, pk: int) -> HttpResponseBase:
    note = _("Check the account: indemnities go there and nowhere else. You sign the PDF that the exporter has signed.")
    return _sign(request, pk, "sign_bank", _("Sign for the bank"), services.sign_bank, note)


@access("financing.sign_insurer")
def agreement_sign_insurer(request: HttpRequest, pk: int) -> HttpResponseBase:
    note = _("The agreement is in force at once: indemnities for shipments from today on go to the bank.")
    return _sign(request, pk, "sign_insurer", _("Sign for the insurer"), services.sign_insurer, note)


def _with_reason(
    request: HttpRequest, pk: int, action: str, title: Any, intro: Any, deed: Callable[..., Agreement], message: Any
) -> HttpResponseBase:
    row = agreement_or_404(request, pk, action)
    form = ReasonForm(request.POST or None, initial={"version": row.version})
    context = {
        "title": title, "sub": f"{row.number} · {row.policy}", "intro": intro, "verb": title, "cancel_url": detail_url(row),
    }  # fmt: skip
    return form_page(
        request, "components/form_page.html", form,
        lambda data: deed(actor=actor_of(request), agreement_id=pk, reason=data["text"], version=data["version"]),
        detail_url, message=message, context=context,
    )  # fmt: skip


def _send_back(request: HttpRequest, pk: int, action: str, title: Any) -> HttpResponseBase:
    intro = _("The agreement becomes a draft again; all signatures on this text are void.")

    def deed(**named: Any) -> Agreement:
        return services.send_back(action=action, **named)

    return _with_reason(request, pk, action, title, intro, deed, _("The agreement is a draft again."))


@access("financing.sign_exporter")
def agreement_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _send_back(request, pk, "withdraw", _("Take our signature back"))


@access("financing.sign_bank")
def agreement_return_bank(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _send_back(request, pk, "return_bank", _("Send back"))


@access("financing.sign_insurer")
def agreement_return_insurer(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _send_back(request, pk, "return_insurer", _("Send back"))


@access("financing.sign_bank")
def agreement_release(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The bank's consent that the assignment ends."""
    intro = _("Indemnities for shipments from tomorrow on go to the exporter again. Shipments up to today stay bound.")
    title = _("Release the agreement")
    return _with_reason(request, pk, "release", title, intro, services.release, _("The agreement is released."))


@access("financing.lend")
def agreement_contract(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The bank's contract with the exporter; before it is recorded no money is drawn."""
    row = agreement_or_404(request, pk, "contract")
    initial = {
        "version": row.version,
        "contract_no": row.contract_no,
        "contract_on": row.contract_on or clock.today(),
        "rate_pct": row.rate_pct,
    }
    form = ContractForm(request.POST or None, initial=initial)
    context = {
        "title": _("Record the financing contract"), "sub": f"{row.number} · {row.policy}", "verb": _("Record"),
        "cancel_url": detail_url(row),
    }  # fmt: skip
    return form_page(
        request, "components/form_page.html", form,
        lambda data: services.record_contract(actor=actor_of(request), agreement_id=pk, **data), detail_url,
        message=_("The contract is recorded. Loans can be drawn now."), context=context,
    )  # fmt: skip


@access("financing.branches")
def agreement_move_branch(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = agreement_or_404(request, pk, "move_branch")
    form = BranchForm(request.POST or None, agreement=row, initial={"version": row.version, "branch": row.branch_id})
    context = {
        "title": _("Move to another branch"), "sub": f"{row.number} · {row.policy}", "verb": _("Move"),
        "intro": _("Agreement and open loans go to that branch at once. What is repaid stays with the branch that lent."),
        "cancel_url": detail_url(row),
    }  # fmt: skip

    def deed(data: dict[str, Any]) -> Agreement:
        branch = data["branch"].pk if data["branch"] else None
        return services.move_to_branch(
            actor=actor_of(request), agreement_id=pk, branch_id=branch, version=data["version"]
        )

    return form_page(
        request, "components/form_page.html", form, deed, detail_url, message=_("The agreement has moved."),
        context=context,
    )  # fmt: skip


@access("financing.view")
def agreement_done(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt after a signature: number, server time, what comes next."""
    actor, row = actor_of(request), agreement_or_404(request, pk)
    signatures = pages.signatures(row, actor)
    paper = pages.documents(row, actor).filter(kind__in=letters.PAPERS.values()).first()
    return confirmation(
        request, title=_("The agreement is signed"), number=row.number,
        at=signatures[-1].signed_at if signatures else row.created_at, next_steps=pages.rail(row, signatures),
        receipt_url=reverse("documents:download", args=[paper.pk]) if paper else "",
        links=[(_("To the agreement"), detail_url(row))],
        facts=[(_("Policy"), str(row.policy)), (_("Bank"), pages.with_branch(row)), (_("State"), row.get_state_display())],
    )  # fmt: skip
