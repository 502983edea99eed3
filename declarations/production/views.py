"""Pages of goods in production: list, one contract with its costs and instructions, and the deeds."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from declarations.forms import ReasonForm
from declarations.models import ContractState, DirectCost, ProductionContract
from declarations.production import selectors, services
from declarations.production.forms import ContractForm, CostForm, InstructionForm
from declarations.production.lifecycle import CONTRACT
from declarations.views.shared import actor_of
from policies.models import Policy
from sinosure.accounts.access import access
from sinosure.core.money import Money
from sinosure.documents.models import Attachment, Document
from sinosure.ui.actions import buttons
from sinosure.ui.pages import FORM_PAGE, form_page, page
from sinosure.ui.paging import keyset_page
from sinosure.ui.parts import RailStep, tabs
from sinosure.ui.show import ratio as ratio_in_words

ASK = {"cost", "instruct", "end"}


def url_of(contract: ProductionContract) -> str:
    return reverse("declarations:production", args=[contract.pk])


def _contract(request: HttpRequest, pk: int, action: str = "") -> ProductionContract:
    row = get_object_or_404(selectors.contracts(actor_of(request)), pk=pk)
    if action:
        CONTRACT.check(action, row, actor_of(request))
    return row


@access("declarations.view")
def production_list(request: HttpRequest) -> HttpResponseBase:
    """Contracts whose goods are being made, the newest first."""
    actor, state = actor_of(request), request.GET.get("state", "")
    choices = [("", _("All")), *((one.value, one.label) for one in ContractState)]
    context = {
        "page": keyset_page(selectors.contracts(actor, state), request, order=("-id",)),
        "tabs": tabs(request, "state", choices), "show_insured": not actor.is_exporter,
        "may_declare": actor.can("declarations.declare") and selectors.extended_policies(actor).exists(),
    }  # fmt: skip
    return page(request, "declarations/production/list.html", context)


@access("declarations.view")
def production_detail(request: HttpRequest, pk: int) -> HttpResponse:
    contract, actor = _contract(request, pk), actor_of(request)
    may_void = CONTRACT["void"].sources[0] == contract.state and actor.may("declarations.declare", contract)
    context = {
        "contract": contract, "facts": _facts(contract), "rail": _rail(contract), "sums": selectors.sums(contract),
        "costs": _costs(actor, contract), "may_void": may_void,
        "instructions": contract.instructions.select_related("given_by").order_by("-id"),
        "letters": Document.objects.visible_to(actor).of(contract).order_by("-id"),
        "buttons": buttons(CONTRACT.available(contract, actor), "declarations:production-{action}", pk, ask=ASK),
        "reports_loss": contract.state == ContractState.IN_PRODUCTION and actor.may("notices.file", contract),
    }  # fmt: skip
    return page(request, "declarations/production/detail.html", context)


def _costs(actor: Any, contract: ProductionContract) -> list[tuple[DirectCost, list[Attachment]]]:
    rows = list(contract.cost_lines.order_by("incurred_on", "id"))
    files = Attachment.objects.visible_to(actor).filter(
        subject_type=DirectCost._meta.label_lower, subject_id__in=[row.pk for row in rows]
    )
    by_row: dict[int, list[Attachment]] = {}
    for one in files.order_by("id"):
        by_row.setdefault(one.subject_id, []).append(one)
    return [(row, by_row.get(row.pk, [])) for row in rows]


def _facts(contract: ProductionContract) -> list[tuple[Any, Any]]:
    currency = contract.policy.currency
    found: list[tuple[Any, Any]] = [
        (_("Insured"), contract.policyholder.name),
        (_("Policy"), str(contract.policy)),
        (_("Who will owe"), f"{contract.obligor.name} · {contract.obligor.country.name}"),
        (_("Goods"), contract.goods),
        (_("Payment term"), contract.get_term_display()),
        (_("Credit period, days"), contract.credit_days),
        (_("Contract price"), Money(contract.price, contract.currency)),
        (_("Production begins on"), contract.production_from),
        (_("Planned shipment"), contract.ships_by),
        (_("Limit"), f"{contract.limit_version.number} · {Money(contract.limit_version.amount, currency)}"),
        (_("Insured percentage before shipment"), ratio_in_words(contract.insured_ratio)),
        (_("Premium"), Money(contract.premium, currency)),
    ]
    if contract.currency != currency:
        found.insert(7, (_("In policy currency"), Money(contract.policy_price, currency)))
    if contract.ended_reason:
        found.append((_("Ended because"), contract.ended_reason))
    return found


def _rail(contract: ProductionContract) -> list[RailStep]:
    state = contract.state
    steps = [
        RailStep(_("Contract declared"), "done", contract.declared_at),
        RailStep(_("In production"), "now" if state == "IN_PRODUCTION" else "done", who=_("the insured")),
    ]
    if state == "IN_CLAIM":
        return [*steps, RailStep(_("Loss reported before shipment"), "now")]
    if state == "ENDED":
        return [*steps, RailStep(_("Ended without shipment"), "done")]
    shipped = state == "SHIPPED"
    return [*steps, RailStep(_("Shipment declared, cover is that of the shipment"), "done" if shipped else "next")]


@access("declarations.declare")
def production_new(request: HttpRequest) -> HttpResponseBase:
    """Declare one delivery; cover and premium are shown before."""
    actor = actor_of(request)
    policies = selectors.extended_policies(actor)
    wanted = request.GET.get("policy") or request.POST.get("policy") or ""
    policy: Policy | None = policies.filter(pk=wanted).first() if wanted.isdigit() else policies.order_by("pk").first()
    if policy is None:
        if wanted:
            raise Http404
        return redirect("declarations:productions")
    form = ContractForm(request.POST or None, policy=policy, actor=actor)

    def preview(data: dict[str, Any]) -> dict[str, Any]:
        premium = services.premium_for(actor=actor, policy_id=policy.pk, contract=form.contract())
        return {"notes": [("blue", _("Premium before shipment: %(premium)s.") % {"premium": premium})]}

    context = {
        "title": _("Declare a contract in production"), "sub": str(policy), "verb": _("Declare the contract"),
        "cancel_url": reverse("declarations:productions"),
        "intro": _(
            "Declare it before its costs arise. Each direct cost is recorded with its voucher;"
            " cover goes over to the shipment when you declare that."
        ),
    }  # fmt: skip
    return form_page(
        request, FORM_PAGE, form,
        lambda data: services.declare_contract(actor=actor, policy_id=policy.pk, contract=form.contract()),
        url_of, check=True, preview=preview, message=_("The contract is declared. Record its costs as they arise."), context=context,
    )  # fmt: skip


@access("declarations.declare")
def production_cost(request: HttpRequest, pk: int) -> HttpResponseBase:
    contract = _contract(request, pk, "cost")
    form = CostForm(request.POST or None, request.FILES or None, policy=contract.policy)

    def deed(data: dict[str, Any]) -> ProductionContract:
        services.record_cost(actor=actor_of(request), contract_id=pk, cost=form.cost(), evidence=data["evidence"])
        return contract

    context = {
        "title": _("Record a direct cost"), "sub": contract.contract_no, "verb": _("Record"), "cancel_url": url_of(contract),
    }  # fmt: skip
    return form_page(request, FORM_PAGE, form, deed, url_of, message=_("The cost is recorded."), context=context)


@access("declarations.declare")
def production_void(request: HttpRequest, pk: int, cost_id: int) -> HttpResponseBase:
    contract = _contract(request, pk, "void")
    line = get_object_or_404(contract.cost_lines, pk=cost_id, voided_at=None)
    form = ReasonForm(request.POST or None)

    def deed(data: dict[str, Any]) -> ProductionContract:
        services.void_cost(actor=actor_of(request), cost_id=line.pk, reason=data["reason"])
        return contract

    context = {
        "title": _("Take a cost back"), "sub": line.voucher_no, "verb": _("Take back"), "cancel_url": url_of(contract),
    }  # fmt: skip
    return form_page(request, FORM_PAGE, form, deed, url_of, context=context)


@access("declarations.review")
def production_instruct(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The insurer's written instruction."""
    contract = _contract(request, pk, "instruct")
    form = InstructionForm(request.POST or None)

    def deed(data: dict[str, Any]) -> ProductionContract:
        services.instruct(actor=actor_of(request), contract_id=pk, **data)
        return contract

    context = {
        "title": _("Instruct in writing"), "sub": contract.contract_no, "verb": _("Send the instruction"),
        "cancel_url": url_of(contract),
        "intro": _("After “stop” no further cost is covered; “continue” keeps cover going although the limit is stopped."),
    }  # fmt: skip
    return form_page(request, FORM_PAGE, form, deed, url_of, message=_("The instruction is sent."), context=context)


@access("declarations.declare")
def production_end(request: HttpRequest, pk: int) -> HttpResponseBase:
    contract = _contract(request, pk, "end")
    form = ReasonForm(request.POST or None)
    context = {
        "title": _("End without shipment"), "sub": contract.contract_no, "verb": _("End"), "cancel_url": url_of(contract),
        "intro": _("The contract was given up without a loss. Its room under the limit is free again."),
    }  # fmt: skip
    return form_page(
        request, FORM_PAGE, form,
        lambda data: services.end(actor=actor_of(request), contract_id=pk, reason=data["reason"]), url_of, context=context,
    )  # fmt: skip
