"""Reads of the versions of agreements."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from financing.models import AgreementTerms, TermsState
from sinosure.accounts.actor import Actor

_TO_SIGN = (
    ("financing.sign_exporter", TermsState.PROPOSED),
    ("financing.sign_bank", TermsState.SIGNED_BY_EXPORTER),
    ("financing.sign_insurer", TermsState.SIGNED_BY_BANK),
)


def amendments(actor: Actor) -> QuerySet[AgreementTerms]:
    """What the actor may see: every version from the second on, and the first beside them."""
    rows = AgreementTerms.objects.visible_to(actor)
    return rows.select_related(
        "agreement__policy__wording", "agreement__policyholder", "agreement__bank", "proposed_by"
    )


def to_sign(actor: Actor) -> QuerySet[AgreementTerms]:
    """Amendments that wait for this actor: a signature, or the second person's word on a changed account."""
    states = [state for capability, state in _TO_SIGN if actor.can(capability)]
    rows = amendments(actor)
    found = rows.filter(state__in=states)
    if actor.is_insurer:
        return found.exclude(is_new_account=True, confirmed_by=None).order_by("id")
    if actor.can("financing.sign_bank"):
        unconfirmed = rows.filter(state=TermsState.SIGNED_BY_BANK, is_new_account=True, confirmed_by=None)
        found |= unconfirmed.exclude(bank_signer=actor.user_id)
    return found.order_by("id")


def of_agreement(actor: Actor, agreement_id: int) -> list[AgreementTerms]:
    """Newest first."""
    return list(amendments(actor).filter(agreement=agreement_id).order_by("-edition"))


def before(terms: AgreementTerms) -> AgreementTerms | None:
    """The agreed version that this one follows."""
    rows: Any = terms.agreement.terms.agreed()
    found: AgreementTerms | None = rows.filter(edition__lt=terms.edition).order_by("-edition").first()
    return found
