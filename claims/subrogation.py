"""The rights that pass to the insurer for what it paid (REC-1)."""

from __future__ import annotations

from claims.models import Claim, Opinion, ReturnKind, SubrogationAssignment
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock


def assign(actor: Actor, claim: Claim, opinion: Opinion) -> SubrogationAssignment:
    """One assignment per opinion paid, on the two forms the insured has signed."""
    letters: dict[str, int] = dict(opinion.returns.exclude(letter_id=None).values_list("kind", "letter_id"))  # type: ignore[arg-type]
    assignment = SubrogationAssignment.objects.create(
        claim=claim, opinion=opinion, policyholder_id=claim.policyholder_id, amount=opinion.amount,
        currency=claim.currency, document_zh_id=letters[ReturnKind.SUBROGATION_ZH],
        document_en_id=letters[ReturnKind.SUBROGATION_EN], assigned_on=clock.today(),
    )  # fmt: skip
    audit.record(
        actor, "claim.rights_assigned", assignment, detail={"claim": claim.number, "amount": str(opinion.amount)}
    )
    return assignment
