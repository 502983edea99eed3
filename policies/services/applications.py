"""The application: draft, submission, and the underwriter's questions (Rulebook §2.1, §2.4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from policies import clocks, letters, messages
from policies.chain import next_products
from policies.cover import policy_year
from policies.lifecycle import POLICY
from policies.models import Policy, PolicyState, Product
from policies.moving import locked_policy, move, write
from policies.products import is_for
from policies.proposal import check_complete, stored, typed
from policies.seed import current_wording
from policies.uscc import parse_uscc
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed, WrongState
from sinosure.deadlines import services as deadlines
from sinosure.documents.services import next_number
from sinosure.reference.models import Office


@transaction.atomic
def create_draft(
    *,
    actor: Actor,
    proposal: Mapping[str, Any],
    product: str = Product.COMPREHENSIVE,
    renewed_from: Policy | None = None,
) -> Policy:
    """A new draft of the actor's own organisation. Raises `not_sold` for a product that comes later."""
    wording = current_wording(product)
    if not ((actor.is_exporter or actor.is_bank) and actor.can("policies.apply") and is_for(actor.kind, wording.named)):
        raise NotAllowed()
    if not wording.named.value("is_sold"):
        raise DomainError("not_sold", _("This product is not sold here yet."), field="product")
    organisation = Organisation.objects.select_related("office").get(pk=actor.organisation_id or 0)
    first, last = _period(typed(stored(proposal)))
    policy = Policy.objects.create(
        application_no=next_number(f"AP-{clock.today().year}"), policyholder=organisation, product=product,
        wording=wording, office=organisation.office or Office.objects.order_by("code")[0], starts_on=first,
        ends_on=last, currency=proposal.get("currency") or wording.named.value("currency"), proposal=stored(proposal),
        renewed_from=renewed_from, created_at=clock.now(),
    )  # fmt: skip
    audit.record(actor, "policy.drafted", policy, detail={"application": policy.application_no})
    return policy


@transaction.atomic
def save_draft(*, actor: Actor, policy_id: int, proposal: Mapping[str, Any], version: int | None = None) -> Policy:
    """The answers so far; nothing is asked for yet."""
    policy = locked_policy(actor, policy_id, version)
    POLICY.check("submit", policy, actor)
    answers = stored(proposal)
    first, last = _period(typed(answers))
    write(policy, proposal=answers, starts_on=first, ends_on=last, currency=answers.get("currency") or policy.currency)
    audit.record(actor, "policy.draft_saved", policy)
    return policy


def _period(answers: Mapping[str, Any]) -> tuple[Any, Any]:
    first = answers.get("starts_on") or clock.today()
    return first, policy_year(first)


@transaction.atomic
def submit(*, actor: Actor, policy_id: int, version: int | None = None) -> Policy:
    """Hand the proposal in: complete, with a credit code that stands its check (KYC). Issues the 投保单."""
    policy = locked_policy(actor, policy_id, version)
    POLICY.check("submit", policy, actor)
    check_complete(policy.proposal, policy.product)
    check_identity(policy)
    move(actor, policy, "submit", submitted_at=clock.now(), submitted_by_id=actor.user_id)
    letters.issue_application(actor, policy)
    if policy.renewed_from is not None:
        deadlines.meet(actor=actor, kind=clocks.RENEWAL, subject=policy.renewed_from)
    messages.tell_underwriters(actor, "policy.submitted", policy)
    return policy


def check_identity(policy: Policy) -> None:
    """The code in the proposal is the one the organisation is registered with; a first one is kept."""
    code = parse_uscc(policy.proposal["uscc"]).value
    registered = policy.policyholder.uscc
    if registered and registered != code:
        message = _("Your organisation is registered with another code. Correct it, or ask your service office.")
        raise DomainError("uscc_differs", message, field="uscc")
    if not registered:
        if Organisation.objects.filter(uscc=code).exists():
            raise DomainError(
                "uscc_taken",
                _("This code belongs to another organisation. Ask your service office."),
                field="uscc",
                status=409,
            )
        Organisation.objects.filter(pk=policy.policyholder_id).update(uscc=code)


@transaction.atomic
def take(*, actor: Actor, policy_id: int) -> Policy:
    """An underwriter takes the case."""
    policy = locked_policy(actor, policy_id)
    return move(actor, policy, "take", underwriter_id=actor.user_id)


@transaction.atomic
def ask(*, actor: Actor, policy_id: int, question: str) -> Policy:
    """Ask the exporter; the case waits."""
    policy = locked_policy(actor, policy_id)
    POLICY.check("ask", policy, actor)
    _need(question, "question", _("Write what you need to know."))
    move(actor, policy, "ask", {"question": question}, question=question, answer="")
    messages.tell_insured(actor, "policy.asked", policy)
    return policy


@transaction.atomic
def answer(*, actor: Actor, policy_id: int, answer: str) -> Policy:
    """The exporter answers; the case goes on."""
    policy = locked_policy(actor, policy_id)
    POLICY.check("answer", policy, actor)
    _need(answer, "answer", _("Write your answer."))
    move(actor, policy, "answer", {"answer": answer}, answer=answer)
    messages.tell_underwriters(actor, "policy.answered", policy)
    return policy


@transaction.atomic
def decline(*, actor: Actor, policy_id: int, reason: str) -> Policy:
    """No quote is made; the reason is shown to the exporter."""
    policy = locked_policy(actor, policy_id)
    POLICY.check("decline", policy, actor)
    _need(reason, "reason", _("Give the reason; the exporter sees it."))
    move(actor, policy, "decline", {"reason": reason}, remark=reason)
    messages.tell_insured(actor, "policy.declined", policy)
    return policy


def _need(text: str, field: str, message: Any) -> None:
    if not text.strip():
        raise DomainError("required", message, field=field)


def _refuse_ended(policy: Policy) -> None:
    """A terminated policy, or one under notice, has no next period."""
    if policy.state == PolicyState.TERMINATED:
        message = _("A terminated policy is not renewed. Apply for a new one.")
        raise DomainError("renewal_of_terminated", message, status=409)
    if policy.termination_notices.filter(state__in=["WAITING", "RUNNING"]).exists():
        message = _("Notice of termination was given. The policy is renewed only when the notice is withdrawn.")
        raise DomainError("renewal_under_notice", message, status=409)


def check_renewal(policy: Policy) -> None:
    """Whether a next period may be asked for now, of any product. Raises `renewal_of_terminated`, `renewal_under_notice`, …"""
    _refuse_ended(policy)
    if policy.state not in (PolicyState.IN_FORCE, PolicyState.EXPIRED, PolicyState.SUSPENDED):
        raise WrongState("renew", policy.get_state_display())
    opens = policy.wording.named.days("renewal_opens_days")
    if (policy.ends_on - clock.today()).days > opens:
        message = _("Renewal opens %(days)s days before the policy ends.")
        raise DomainError("renewal_not_open", message, days=opens)


@transaction.atomic
def renew(*, actor: Actor, policy_id: int, product: str = "") -> Policy:
    """A draft for the next period, with the answers of the last; from 60 days before expiry on (PRD-1).

    `product`: the same by default, or the next rung of the ladder. Raises `not_on_the_ladder`, `renewal_not_open`, …
    """
    policy = locked_policy(actor, policy_id)
    check_renewal(policy)
    chosen = product or policy.product
    if chosen not in dict(next_products(policy)):
        message = _("A renewal is for the same product or for the next one on the ladder.")
        raise DomainError("not_on_the_ladder", message, field="product")
    earlier = policy.renewals.exclude(state__in=[PolicyState.DECLINED, PolicyState.LAPSED_QUOTE]).first()
    if earlier is not None:
        return earlier
    starts_on = max(policy.ends_on + timedelta(days=1), clock.today())
    kept = {name: value for name, value in typed(policy.proposal).items() if name != "is_truthful"}
    draft = create_draft(actor=actor, proposal={**kept, "starts_on": starts_on}, product=chosen, renewed_from=policy)
    messages.tell_underwriters(actor, "policy.renewal_started", policy)
    return draft
