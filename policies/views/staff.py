"""What the insurer's underwriters do: the desk, questions, the quote, the second signature."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from policies import examples, pages, services
from policies.chain import suggestion
from policies.examples import Example
from policies.forms import QuoteForm, ReadForm, ReasonForm, quote_initial
from policies.micro import applying
from policies.models import Policy, RateBasis
from policies.proposal import typed
from policies.schedule import check_terms, liability_warning
from policies.selectors import desk
from policies.views.exporter import _schedule_context, detail_url, done_url, own_policy
from policies.views.shared import list_tabs
from sinosure.accounts.access import access
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.ui.pages import act, form_page, page
from sinosure.ui.paging import keyset_page


@access("policies.underwrite")
def policy_desk(request: HttpRequest) -> HttpResponse:
    """What waits for the insurer, the oldest first."""
    actor = request.actor  # type: ignore[attr-defined]
    shown = keyset_page(desk(actor), request, order=("submitted_at", "id"))
    return page(
        request,
        "policies/desk.html",
        {"page": shown, "rows": list(map(_desk_row, shown)), "tabs": list_tabs(actor, "desk")},
    )


def _desk_row(policy: Policy) -> dict[str, Any]:
    asked = typed(policy.proposal)
    days = (clock.today() - clock.business_date(policy.submitted_at)).days if policy.submitted_at else 0
    age = ngettext("%(count)d day ago", "%(count)d days ago", days) % {"count": days} if days else _("Today")
    return {
        "policy": policy, "age": age, "largest_limit": asked.get("largest_limit_wanted"),
        "turnover": asked.get("expected_turnover"),
    }  # fmt: skip


@access("policies.underwrite")
@require_POST
def policy_take(request: HttpRequest, pk: int) -> HttpResponseBase:
    own_policy(request, pk, "take")
    actor = request.actor  # type: ignore[attr-defined]
    return act(request, None, lambda: services.take(actor=actor, policy_id=pk), detail_url, _("The case is yours."))


@access("policies.underwrite")
def policy_ask(request: HttpRequest, pk: int) -> HttpResponseBase:
    policy = own_policy(request, pk, "ask")
    form = ReasonForm(
        request.POST or None, label=_("Your question"), help_text=_("The exporter reads it as you write it.")
    )
    context = {
        "title": _("Ask the exporter"),
        "sub": str(policy),
        "verb": _("Send the question"),
        "cancel_url": detail_url(policy),
    }
    return form_page(
        request, "components/form_page.html", form,
        lambda data: services.ask(actor=request.actor, policy_id=pk, question=data["text"]),  # type: ignore[attr-defined]
        detail_url, message=_("The question is sent."), context=context,
    )  # fmt: skip


@access("policies.underwrite")
def policy_decline(request: HttpRequest, pk: int) -> HttpResponseBase:
    policy = own_policy(request, pk, "decline")
    form = ReasonForm(request.POST or None, label=_("Reason"), help_text=_("The exporter reads it as you write it."))
    context = {
        "title": _("Decline the application"),
        "sub": str(policy),
        "verb": _("Decline"),
        "cancel_url": detail_url(policy),
    }
    return form_page(
        request, "components/form_page.html", form,
        lambda data: services.decline(actor=request.actor, policy_id=pk, reason=data["text"]),  # type: ignore[attr-defined]
        detail_url, message=_("The application is declined."), context=context,
    )  # fmt: skip


@access("policies.quote")
def policy_quote(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The schedule, with premium examples that follow what is typed."""
    policy = own_policy(request, pk, "quote")
    form = QuoteForm(request.POST or None, policy=policy, initial=quote_initial(policy, policy.schedule))

    def preview(data: dict[str, Any]) -> dict[str, Any]:
        terms = form.terms()
        check_terms(terms, policy.product, policy.wording.named)
        warning = _warning(policy, terms.max_liability)
        priced = _priced(policy, terms.rate_basis, terms.flat_rate_pct, terms.highest_ratio, terms.experience_factor)
        return {
            "notes": [("amber", warning)] if warning else [],
            "steps": [step for one in priced[:1] for step in one.result.steps],
        }

    context = {
        "policy": policy, "proposal": pages.proposal(policy), "examples": _typed_examples(form, policy),
        "verb": _("Send the quote"), "cancel_url": detail_url(policy), "warning": _typed_warning(form, policy),
        "wording": policy.wording.named.term("default_ratios"), "suggestion": suggestion(policy),
    }  # fmt: skip
    return form_page(
        request, "policies/quote.html", form,
        lambda data: services.quote(actor=request.actor, policy_id=pk, terms=form.terms(), version=data["version"]),  # type: ignore[attr-defined]
        done_url, check=True, preview=preview, context=context,
    )  # fmt: skip


@access("policies.quote")
@require_POST
def policy_quote_examples(request: HttpRequest, pk: int) -> HttpResponse:
    """The premium examples alone, while the form is being filled in."""
    policy = own_policy(request, pk)
    form = QuoteForm(request.POST, policy=policy)
    context = {"policy": policy, "examples": _typed_examples(form, policy), "warning": _typed_warning(form, policy)}
    return page(request, "policies/_examples.html", context)


def _priced(policy: Policy, basis: str, flat: Decimal | None, highest: Decimal, experience: Decimal) -> list[Example]:
    return examples.examples(basis, flat, highest, experience, policy.currency)


def _typed_examples(form: QuoteForm, policy: Policy) -> list[Example]:
    """Priced by what stands in the form, as far as it can be read; else by its first values."""
    data = _readable(form)
    ratios = [value for name, value in data.items() if name.startswith("ratio_") and value]
    return _priced(
        policy, data.get("rate_basis") or RateBasis.TABLE, data.get("flat_rate_pct"), max(ratios, default=Decimal("0.90")),
        data.get("experience_factor") or Decimal(1),
    )  # fmt: skip


def _typed_warning(form: QuoteForm, policy: Policy) -> Any:
    maximum = _readable(form).get("max_liability")
    return _warning(policy, maximum) if maximum else None


def _readable(form: QuoteForm) -> dict[str, Any]:
    if not form.is_bound:
        return dict(form.initial)
    form.is_valid()
    return form.cleaned_data


def _warning(policy: Policy, maximum: Decimal) -> Any:
    largest = typed(policy.proposal).get("largest_limit_wanted") or Decimal(0)
    return liability_warning(maximum, largest, policy.wording.named)


@access("policies.sign_insurer")
def policy_approve(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A micro application from the single window: the offer is the tier's price, approval signs for the insurer."""
    policy = own_policy(request, pk, "approve")
    form = ReadForm(
        request.POST or None,
        label=_("I approve this application for the insurer."),
        initial={"version": policy.version},
    )
    context = {
        "title": _("Approve the application"), "sub": str(policy), "verb": _("Approve"), "cancel_url": detail_url(policy),
    }  # fmt: skip
    return form_page(
        request, "components/form_page.html", form,
        lambda data: applying.approve(actor=request.actor, policy_id=pk, version=data["version"]),  # type: ignore[attr-defined]
        done_url, context=context,
    )  # fmt: skip


@access("policies.sign_insurer")
def policy_countersign(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The second signature, by another underwriter than the one who quoted."""
    policy = own_policy(request, pk, "countersign")
    if policy.insured_signed_at is None:
        raise DomainError("insured_signs_first", _("The insured signs first."), status=409)
    form = ReadForm(
        request.POST or None, label=_("I sign this policy for the insurer."), initial={"version": policy.version}
    )
    note = _("The insured signed on %(at)s. You sign the same PDF; the deposit premium notice follows.") % {
        "at": policy.insured_signed_at.date()
    }
    context = {**_schedule_context(policy), "title": _("Sign for the insurer"), "verb": _("Sign"), "note": note}
    return form_page(
        request, "policies/agree.html", form,
        lambda data: services.countersign(actor=request.actor, policy_id=pk, version=data["version"]),  # type: ignore[attr-defined]
        done_url, context=context,
    )  # fmt: skip


@access("policies.underwrite")
def policy_key_account(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Mark the holder as a key account, or take the mark away, with a reason."""
    policy = own_policy(request, pk)
    form, is_key = ReasonForm(request.POST or None, label=_("Reason; it stays on record")), not policy.key_account
    title = _("Mark as a key account") if is_key else _("No key account any more")
    context = {
        "title": title, "sub": str(policy), "verb": _("Save"), "cancel_url": detail_url(policy),
        "intro": _("Limit applications of a key account may be put before others in the queue."),
    }  # fmt: skip
    return form_page(
        request, "components/form_page.html", form,
        lambda data: services.mark_key_account(actor=request.actor, policy_id=pk, is_key=is_key, reason=data["text"]),  # type: ignore[attr-defined]
        detail_url, context=context,
    )  # fmt: skip
