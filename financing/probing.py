"""Verification leaves a trail, and nobody may fish for what other banks finance (Rulebook §8.5)."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from declarations.models import Shipment
from financing import book
from financing.models import Check, Fact
from financing.verification import Ask, Verdict
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.core.errors import DomainError

_BOOKED = {
    "OK": Fact.CHECKED,
    "DUPLICATE_OTHER_BANK": Fact.DUPLICATE_REFUSED,
    "DUPLICATE_DOCUMENT": Fact.DUPLICATE_REFUSED,
}
MOST_REFUSALS, WITHIN = 30, timedelta(hours=1)


def refuse_too_many(actor: Actor) -> None:
    """So many refused answers to one person within an hour; then the person waits."""
    rows = Check.objects.filter(asked_by=actor.user_id, asked_at__gt=clock.now() - WITHIN).exclude(code="OK")
    if rows[:MOST_REFUSALS].count() >= MOST_REFUSALS:
        message = _("Too many verifications were refused within an hour. Try again later, or ask the insurer.")
        raise DomainError("too_many_checks", message, status=429)


@transaction.atomic
def record(actor: Actor, shipment: Shipment, ask: Ask, verdict: Verdict) -> Check:
    """Keep the question with its answer; a check that passed and a duplicate refused are facts of the book too."""
    if verdict.code in _BOOKED and actor.organisation_id is not None:
        book.record(actor, _BOOKED[verdict.code], shipment, actor.organisation_id, ask.principal)
    return Check.objects.create(
        bank_id=actor.organisation_id, asked_by_id=actor.user_id, policyholder_id=shipment.policyholder_id,
        shipment=shipment, principal=ask.principal, code=verdict.code, failed=list(verdict.failed),
        asked_at=clock.now(),
    )  # fmt: skip
