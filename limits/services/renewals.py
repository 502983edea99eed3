"""A renewal carries its buyers: each limit in force becomes a filled-in application under the new policy (PRD-1, LIM-2)."""

from __future__ import annotations

from django.db import transaction

from limits.models import CreditLimit, LimitApplication, VersionKind
from limits.services.applications import Request, create_draft
from policies.models import Policy
from sinosure.accounts.actor import SYSTEM
from sinosure.core import clock
from sinosure.core.errors import DomainError


@transaction.atomic
def carry_limits(*, policy: Policy) -> list[LimitApplication]:
    """Drafts under the renewal; the exporter looks them through and submits. Nothing when the policy needs no limits."""
    if policy.renewed_from_id is None or not policy.wording.named.value("requires_limit"):
        return []
    rows = CreditLimit.objects.filter(policy=policy.renewed_from_id, amount__gt=0, is_stopped=False)
    drafts = [_draft(policy, limit) for limit in rows.select_related("obligor__country").order_by("id")]
    return [draft for draft in drafts if draft is not None]


def _draft(policy: Policy, limit: CreditLimit) -> LimitApplication | None:
    """One application with the terms of the version in force; None for a buyer that no longer fits the rules."""
    versions = limit.versions.filter(kind=VersionKind.BASE, validity__contains=clock.today())
    version = versions.order_by("-id").first()
    if version is None:
        return None
    facts = version.application.facts if version.application else {}
    request = Request(term=version.term, credit_days=version.max_credit_days, amount=version.amount, facts=facts)
    try:
        with transaction.atomic():
            return create_draft(actor=SYSTEM, policy_id=policy.pk, obligor_id=limit.obligor_id, request=request)
    except DomainError:
        return None
