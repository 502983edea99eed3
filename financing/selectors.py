"""Reads of agreements and loans for pages, lists, the API and the apps above."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from declarations.models import LineState, Shipment
from financing.amendments import selectors as amendments
from financing.models import ACTIVE_LOAN, IN_FORCE, Agreement, AgreementState, AgreementTerms, Loan
from policies.models import AssigneeBank, Policy, PolicyState, takes_in
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation
from sinosure.accounts.querysets import of_bank
from sinosure.accounts.roles import Kind
from sinosure.core.errors import DomainError
from sinosure.core.parsing import canonical_invoice_no

ASSIGNABLE = (PolicyState.SIGNED, PolicyState.IN_FORCE, PolicyState.SUSPENDED)
_TO_SIGN = (
    ("financing.sign_exporter", AgreementState.DRAFT),
    ("financing.sign_bank", AgreementState.SIGNED_BY_EXPORTER),
    ("financing.sign_insurer", AgreementState.SIGNED_BY_BANK),
)


def agreements(actor: Actor) -> QuerySet[Agreement]:
    """What the actor may see, with what a list shows. A draft is the exporter's own."""
    rows = Agreement.objects.visible_to(actor).select_related("policy", "policyholder", "bank", "branch")
    return rows if actor.is_exporter or actor.is_system else rows.exclude(state=AgreementState.DRAFT)


def listed_agreements(actor: Actor, q: str = "", state: str = "", policy: int | None = None) -> QuerySet[Agreement]:
    rows = agreements(actor)
    if q:
        rows = rows.filter(number__icontains=q) | rows.filter(policy__number__icontains=q)
    if state:
        rows = rows.filter(state=state)
    return rows.filter(policy=policy) if policy else rows


def to_sign(actor: Actor) -> QuerySet[Agreement]:
    """Agreements that wait for a signature this actor may give, the oldest first."""
    states = [state for capability, state in _TO_SIGN if actor.can(capability)]
    return agreements(actor).filter(state__in=states).order_by("id")


def waiting_count(actor: Actor) -> int | None:
    """For the navigation."""
    if not any(actor.can(capability) for capability, _state in _TO_SIGN):
        return None
    return (to_sign(actor).order_by()[:1000].count() + amendments.to_sign(actor).order_by()[:1000].count()) or None


def assignable_policies(actor: Actor) -> QuerySet[Policy]:
    """Policies whose indemnities the actor's organisation may assign."""
    return Policy.objects.visible_to(actor).filter(state__in=ASSIGNABLE).order_by("-starts_on", "-id")


def banks() -> QuerySet[Organisation]:
    return Organisation.objects.filter(kind=Kind.BANK).order_by("name_zh")


def loans(actor: Actor) -> QuerySet[Loan]:
    """What the actor may see, with what a list shows."""
    rows = Loan.objects.visible_to(actor)
    return rows.select_related(
        "bank", "branch", "policyholder", "agreement", "shipment__policy", "shipment__obligor", "shipment__limit",
        "shipment__premium_notice",
    )  # fmt: skip


def listed_loans(actor: Actor, q: str = "", state: str = "", policy: int | None = None) -> QuerySet[Loan]:
    """`state` is “open”, “repaid” or “lapsed”; `q` an invoice or the number of a loan."""
    rows = loans(actor)
    if q:
        rows = rows.filter(number__iexact=q.strip()) | rows.filter(invoice_key=invoice_key(q))
    if state:
        rows = rows.filter(state__in=ACTIVE_LOAN if state == "open" else [state.upper()])
    return rows.filter(agreement__policy=policy) if policy else rows


def invoice_key(text: str) -> str:
    try:
        return str(canonical_invoice_no(text).value)
    except DomainError:
        return ""


def financeable(actor: Actor, q: str = "") -> QuerySet[Shipment]:
    """Declared, covered and open shipments that left under an active agreement with the actor's bank, without a loan."""
    agreed = AgreementTerms.objects.agreed().filter(
        of_bank(actor, "agreement__bank", "agreement__branch"), agreement__state__in=IN_FORCE,
        agreement__policy=OuterRef("policy"), days__contains=OuterRef("shipped_on"),
    ).filter(takes_in(OuterRef("obligor__country_id"), OuterRef("obligor_id"), OuterRef("invoice_key")))  # fmt: skip
    lent = Loan.objects.filter(
        policyholder=OuterRef("policyholder"), invoice_key=OuterRef("invoice_key"), state__in=ACTIVE_LOAN,
    )  # fmt: skip
    rows = Shipment.objects.visible_to(actor).filter(Exists(agreed), ~Exists(lent))
    rows = rows.filter(state=LineState.BOOKED, covered__gt=0, open_amount__gt=0)
    rows = rows.filter(invoice_key=invoice_key(q)) if q else rows
    return rows.select_related("obligor", "policyholder", "policy")


def assigned_policies(actor: Actor, policy: int | None = None) -> QuerySet[Policy]:
    """Policies whose indemnities go to the actor's bank now."""
    assigned = AssigneeBank.objects.read_by(actor)
    rows = Policy.objects.visible_to(actor).filter(pk__in=assigned.values("policy_id"))
    rows = rows.filter(pk=policy) if policy else rows
    rows = rows.select_related("policyholder", "liability").prefetch_related("schedules")
    return rows.order_by("-starts_on", "-id")


def repayments(loan: Loan) -> QuerySet[Any]:
    return loan.repayments.order_by("-paid_on", "-id")
