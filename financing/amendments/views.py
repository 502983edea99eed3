"""Pages of an amendment: propose it, see what changes, sign, confirm a changed account, drop it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from financing import pages
from financing.amendments import selectors, services, showing
from financing.amendments.forms import AmendForm, amend_initial
from financing.amendments.lifecycle import AMENDMENT
from financing.forms import ReadForm, ReasonForm
from financing.models import AgreementTerms
from financing.views.agreements import agreement_or_404, detail_url
from sinosure.accounts.access import access
from sinosure.accounts.access import request_actor as actor_of
from sinosure.core.errors import NotAllowed
from sinosure.ui.chips import tone_and_label
from sinosure.ui.pages import form_page, page


def terms_url(terms: AgreementTerms) -> str:
    return reverse("financing:amendment-detail", args=[terms.pk])


def _terms_or_404(request: HttpRequest, pk: int, action: str = "") -> AgreementTerms:
    row: AgreementTerms = get_object_or_404(selectors.amendments(actor_of(request)), pk=pk)
    if action:
        AMENDMENT.check(action, row, actor_of(request))
    return row


@access("financing.amend")
def agreement_amend(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Exporter or bank proposes the next version of what is agreed."""
    actor, row = actor_of(request), agreement_or_404(request, pk, "amend")
    if actor.is_insurer:
        raise NotAllowed()
    form = AmendForm(request.POST or None, policies=[row.policy_id], initial=amend_initial(row))
    context = {
        "title": _("Amend the agreement"), "sub": f"{row.number} · {row.bank.name}", "verb": _("Propose this version"),
        "intro": _("Exporter, bank and insurer sign the new version in this order. Until then the present one binds; "
                   "shipments made before stay under it for good. A changed account is confirmed by a second approver "
                   "of the bank and waits one working day."),
        "cancel_url": detail_url(row),
    }  # fmt: skip
    return form_page(
        request, "components/form_page.html", form,
        lambda _data: services.propose(actor=actor, agreement_id=pk, **form.values()), terms_url,
        message=_("The amendment is proposed. The exporter's signer signs it next."), context=context,
    )  # fmt: skip


@access("financing.view")
def amendment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    actor, row = actor_of(request), _terms_or_404(request, pk)
    papers = pages.documents(row, actor)
    signatures = pages.signatures(row, actor)
    context = {
        "terms": row, "agreement": row.agreement, "state_tone": tone_and_label(row, "state")[0],
        "sentence": showing.sentence(row), "buttons": showing.buttons(row, actor),
        "lines": showing.compared(row, selectors.before(row)), "rail": showing.rail(row, signatures),
        "documents": papers, "signatures": pages.signed_by(signatures),
    }  # fmt: skip
    return page(request, "financing/amendment.html", context)


def _sign(
    request: HttpRequest, pk: int, action: str, service: Callable[..., AgreementTerms], note: Any, message: Any
) -> HttpResponseBase:
    row = _terms_or_404(request, pk, action)
    form = ReadForm(request.POST or None, initial={"version": row.version})
    title = AMENDMENT[action].label
    context = {
        "agreement": row.agreement, "facts": showing.sign_facts(row, selectors.before(row)), "title": title, "verb": title,
        "note": note, "cancel_url": terms_url(row), "documents": pages.documents(row, actor_of(request)),
        "card_title": _("Version %(edition)s") % {"edition": row.edition},
    }  # fmt: skip
    return form_page(
        request, "financing/sign.html", form,
        lambda data: service(actor=actor_of(request), terms_id=pk, version=data["version"]), terms_url, message=message,
        context=context,
    )  # fmt: skip


@access("financing.sign_exporter")
def amendment_sign_exporter(request: HttpRequest, pk: int) -> HttpResponseBase:
    note = _("The whole agreement is issued anew with its version number. Bank and insurer sign the same PDF.")
    return _sign(request, pk, "sign_exporter", services.sign_exporter, note, _("Signed. The bank signs next."))


@access("financing.sign_bank")
def amendment_sign_bank(request: HttpRequest, pk: int) -> HttpResponseBase:
    note = _(
        "With your signature the bank consents in writing. A changed account is then confirmed by a second approver."
    )
    return _sign(request, pk, "sign_bank", services.sign_bank, note, _("Signed for the bank."))


@access("financing.sign_bank")
def amendment_confirm_account(request: HttpRequest, pk: int) -> HttpResponseBase:
    note = _("Check the new account against your own books, not against this page. Whoever signed cannot confirm it.")
    return _sign(request, pk, "confirm_account", services.confirm_account, note, _("The account is confirmed."))


@access("financing.sign_insurer")
def amendment_sign_insurer(request: HttpRequest, pk: int) -> HttpResponseBase:
    note = _("This version binds the shipments from today on; those made before stay under the version of their day.")
    return _sign(request, pk, "sign_insurer", services.sign_insurer, note, _("The amendment is in force."))


def _end(request: HttpRequest, pk: int, action: str, service: Callable[..., AgreementTerms]) -> HttpResponseBase:
    row = _terms_or_404(request, pk, action)
    form = ReasonForm(request.POST or None, initial={"version": row.version})
    title = AMENDMENT[action].label
    context = {
        "title": title, "sub": str(row), "verb": title, "cancel_url": terms_url(row),
        "intro": _("The agreement goes on as it is. A new amendment can be proposed at once."),
    }  # fmt: skip
    return form_page(
        request, "components/form_page.html", form,
        lambda data: service(actor=actor_of(request), terms_id=pk, reason=data["text"], version=data["version"]),
        terms_url, message=_("The amendment is dropped."), context=context,
    )  # fmt: skip


@access("financing.amend")
def amendment_drop(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _end(request, pk, "drop", services.drop)


@access("financing.sign_insurer")
def amendment_return_insurer(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _end(request, pk, "return_insurer", services.send_back)
