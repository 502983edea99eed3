"""One-form declaration, the room that is left under the limit while typing, closing a month."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from declarations import selectors, services
from declarations.forms import ShipmentForm
from declarations.models import LineState, Shipment
from declarations.quoting import Quote
from declarations.sellers import sellers_of
from declarations.views.shared import actor_of, line_url
from declarations.words import title_of
from limits.models import CreditLimit
from policies.models import Policy
from sinosure.accounts.access import access
from sinosure.accounts.actor import Actor
from sinosure.core.money import Money
from sinosure.ui.pages import act, confirm_page, confirmation, form_page, page
from sinosure.ui.parts import RailStep

__all__ = ["done_page"]


@access("declarations.declare")
def shipment_new(request: HttpRequest) -> HttpResponseBase:
    """One form: fill in, check the answers with due date, cover and premium, declare."""
    actor = actor_of(request)
    policies = list(selectors.declaring_policies(actor)[:20])
    if not policies:
        return page(request, "declarations/no_policy.html")
    policy = _chosen(policies, request.GET.get("policy", ""))
    if policy is None:
        return page(request, "declarations/choose_policy.html", {"policies": policies})
    form = ShipmentForm(request.POST or None, policy=policy, actor=actor, initial=_initial(request, actor, policy))
    is_duty = policy.wording.named.value("requires_declaration")
    context = {
        **_agreements(policy),
        "title": title_of(policy.wording.named) if is_duty else gettext_lazy("Register a shipment"),
        "verb": gettext_lazy("Continue"),
        "is_duty": is_duty,
        "sub": str(policy),
        "policy": policy,
        "policies": policies,
    }
    return form_page(
        request,
        "declarations/new.html",
        form,
        lambda data: services.declare(actor=actor, policy_id=policy.pk, line=form.line()),
        lambda row: reverse("declarations:done", args=[row.pk]),
        check=True,
        preview=lambda data: preview_of(services.preview(actor=actor, policy_id=policy.pk, line=form.line())),
        context=context,
    )


def _agreements(policy: Policy) -> dict[str, Any]:
    """A bank policy: where its factoring agreements are, and whether there is none."""
    if not policy.wording.named.needs_factoring:
        return {}
    return {
        "agreements_url": reverse("financing:bank-policy", args=[policy.pk]),
        "lacks_agreement": not sellers_of(policy),
    }


def _chosen(policies: list[Policy], asked: str) -> Policy | None:
    """The one asked for, the only one, or the only one in force."""
    named = [policy for policy in policies if str(policy.pk) == asked]
    in_force = [policy for policy in policies if policy.state == "IN_FORCE"]
    for found in (named, policies, in_force):
        if len(found) == 1:
            return found[0]
    return None


def _initial(request: HttpRequest, actor: Actor, policy: Policy) -> dict[str, Any]:
    """From a buyer's page: its limit's term and credit period."""
    asked = request.GET.get("buyer", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        return {}
    limit = _limits(actor, policy, int(asked)).first()
    if limit is None:
        return {"obligor": int(asked)}
    version = limit.versions.order_by("-effective_from", "-id").first()
    term = {"term": version.term, "credit_days": version.max_credit_days} if version else {}
    return {"obligor": limit.obligor_id, "destination": limit.obligor.country_id, **term}


def _limits(actor: Actor, policy: Policy, obligor_id: int) -> Any:
    rows = CreditLimit.objects.visible_to(actor).filter(policy=policy, obligor=obligor_id)
    return rows.select_related("obligor").order_by("-term_group", "pk")


def preview_of(quote: Quote) -> dict[str, Any]:
    """What the person sees before declaring: due date, cover with reason, premium with its steps."""
    currency = quote.currency
    uncovered = quote.exposure - quote.expected_cover
    facts: list[tuple[Any, Any]] = [
        (_("Due date"), quote.line.due_on),
        (_("Covered now"), Money(quote.expected_cover, currency)),
    ]
    if uncovered:
        facts.append((_("Not covered now"), Money(uncovered, currency)))
    facts += [(_("Premium"), Money(quote.premium.premium, currency))]
    if quote.line.currency != currency:
        facts.append(
            (_("Rate on the day of declaration"), f"{quote.fx.normalize():f} {quote.line.currency} = 1 {currency}")
        )
    notes = [("amber", text) for text in quote.warnings]
    if quote.state == LineState.LATE_REVIEW:
        notes.append(
            (
                "amber",
                _(
                    "A loss is known for this buyer, so an officer looks at this late line before it is covered (DEC-3)."
                ),
            )
        )
    verb = _("Declare") if quote.is_duty else _("Register the shipment")
    return {"facts": facts, "steps": [*quote.steps, *quote.premium.steps], "notes": notes, "verb": verb}


def done_page(request: HttpRequest, row: Shipment) -> HttpResponse:
    """Number, the server's time, and what comes next."""
    currency, is_booked = row.policy.currency, row.state == LineState.BOOKED
    is_duty, terms = row.policy.wording.named.value("requires_declaration"), row.policy.wording.named
    facts: list[tuple[Any, Any]] = [
        (_("Invoice"), row.invoice_no),
        (_("Who owes"), row.obligor.name),
        (_("Due date"), row.due_on),
        (_("Covered now"), Money(row.covered, currency)),
        (_("Premium"), Money(row.premium, currency)),
    ]
    if row.cover_reason and is_booked:
        facts.append((_("Why not covered in full"), selectors.uncovered_words(row)))
    steps = [
        RailStep(_("Declared") if is_duty else _("Registered"), "done", row.declared_at),
        RailStep(
            _("An officer looks at the line"), "done" if is_booked else "now", who="" if is_booked else _("the insurer")
        ),
        RailStep(_("The buyer pays"), on=row.due_on),
    ]
    if terms.bills_lines:
        steps.insert(2, RailStep(_("Premium notice at the close of the month"), "now" if is_booked else "next"))
    again = _("Declare another shipment") if is_duty else _("Register another shipment")
    done = _("The shipment is declared") if is_duty else _("The shipment is registered")
    return confirmation(
        request,
        title=done if is_booked else _("The shipment is received and waits for a decision"),
        number=row.declaration_no,
        at=row.declared_at,
        next_steps=steps if not is_booked else [steps[0], *steps[2:]],
        facts=facts,
        links=[
            (_("Open the line"), line_url(row)),
            (again, f"{reverse('declarations:new')}?policy={row.policy_id}"),
        ],
    )


@access("declarations.declare")
def headroom(request: HttpRequest) -> HttpResponse:
    """A fragment beside the form: the limits on the chosen buyer and what is free under them."""
    actor = actor_of(request)
    policy = get_object_or_404(selectors.declaring_policies(actor), pk=_number(request, "policy"))
    rows = list(_limits(actor, policy, _number(request, "obligor")).prefetch_related("versions"))
    return page(
        request,
        "declarations/_headroom.html",
        {"limits": [_room(row) for row in rows], "asked": bool(request.GET.get("obligor"))},
    )


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _room(limit: CreditLimit) -> dict[str, Any]:
    live = [version for version in limit.versions.all() if not version.validity.isempty]
    version = max(live, key=lambda one: (one.effective_from, one.pk), default=None)
    return {
        "limit": limit,
        "version": version,
        "free": max(limit.amount - limit.used, 0),
        "is_stopped": limit.is_stopped,
        "last_day": version.decided_until if version else None,
    }


@access("declarations.declare")
def period_close(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Everything of this month is declared, or there was nothing (nil declaration)."""
    actor = actor_of(request)
    period = get_object_or_404(selectors.periods(actor).held_by(actor), pk=pk)
    sums = selectors.sums_of(services.lines_of(period).visible_to(actor))
    back = reverse("declarations:period", args=[pk])
    if period.closed_at is not None:
        return redirect(back)
    if request.method == "POST":
        answer = act(
            request,
            None,
            lambda: services.close_month(actor=actor, period_id=pk, is_nil=not sums.lines),
            back,
            _("The month is closed."),
        )
        assert answer is not None
        return answer
    currency = period.policy.currency
    facts = [
        (_("Policy"), str(period.policy)),
        (_("Lines"), sums.lines),
        (_("Declared value"), Money(sums.value, currency)),
        (_("Premium"), Money(sums.premium, currency)),
    ]
    text = _("You confirm that all shipments of this month are declared. The premium notice is issued now.")
    nil = _("Nothing was declared for this month. You confirm that there were no exports (nil declaration).")
    return confirm_page(
        request,
        title=_("Close %(month)s") % {"month": f"{period.month:%Y-%m}"},
        text=text if sums.lines else nil,
        facts=facts,
        verb=_("Close the month") if sums.lines else _("Declare nil and close"),
        cancel_url=back,
    )
