"""One receivable, one bank: what meets another agreement, or the next version of another, waits (Rulebook §8.2)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from financing import scopes
from financing.lifecycle import LIVE
from financing.models import Agreement, AgreementTerms, TermsState
from policies.models import AssignmentScope
from sinosure.core.errors import DomainError

SIGNED = (TermsState.SIGNED_BY_EXPORTER, TermsState.SIGNED_BY_BANK)


def refuse_overlap(wanted: AssignmentScope, agreement: Agreement) -> None:
    """Raises `agreement_overlaps` when `wanted`, a scope of this agreement, meets what another one takes in or is about to."""
    met = [number for number, scope in _others(agreement) if scopes.meet(wanted, scope, agreement.policy_id)]
    if met:
        message = _(
            "Agreement %(number)s already assigns some of these indemnities. Its bank must release it first, or this "
            "one must leave out what that one takes in."
        )
        raise DomainError("agreement_overlaps", message, status=409, number=met[0])


def _others(agreement: Agreement) -> list[tuple[str, AssignmentScope]]:
    agreements = Agreement.objects.filter(policy=agreement.policy_id, state__in=LIVE).exclude(pk=agreement.pk)
    terms = AgreementTerms.objects.filter(agreement__policy=agreement.policy_id, state__in=SIGNED)
    terms = terms.exclude(agreement=agreement.pk).select_related("agreement")
    live: list[tuple[str, AssignmentScope]] = [(one.number, one) for one in agreements.order_by("id")]
    return live + [(one.agreement.number, one) for one in terms.order_by("id")]
