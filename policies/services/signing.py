"""Both sides sign the same PDF; the number is given here, not before (Rulebook §2.1)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from policies import clocks, letters, messages
from policies.lifecycle import HOLDING, POLICY
from policies.models import LiabilityCounter, Policy, Product, ProductWording
from policies.moving import locked_policy, move
from policies.services.in_force import begin_if_due
from policies.signals import policy_signed
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.documents import services as documents
from sinosure.reference.models import Office

WHOLE_TURNOVER = (Product.COMPREHENSIVE, Product.SME, Product.MICRO)
INSURED, INSURER = "INSURED", "INSURER"


@transaction.atomic
def sign(*, actor: Actor, policy_id: int, version: int | None = None) -> Policy:
    """The insured's signer signs first: the policy gets its number, 保险单 and 明细表 are issued, hashed and signed."""
    policy = locked_policy(actor, policy_id, version)
    POLICY.check("sign", policy, actor)
    refuse_same_exports(policy)
    if policy.insured_signed_at is not None:
        raise DomainError("already_signed", _("Your side has signed already. The insurer signs next."), status=409)
    move(
        actor, policy, "sign", {"party": INSURED}, number=next_policy_number(policy), insured_signed_at=clock.now(),
        insured_signer_id=actor.user_id,
    )  # fmt: skip
    documents.sign(actor=actor, document=letters.issue_contract(actor, policy), party=INSURED)
    messages.tell_underwriters(actor, "policy.insured_signed", policy)
    return policy


def refuse_same_exports(policy: Policy) -> None:
    """A renewal takes all exports like the policy before it (POL-4): the two may not cover the same days."""
    if policy.renewed_from_id is None or policy.product not in WHOLE_TURNOVER:
        return
    others = Policy.objects.filter(
        policyholder=policy.policyholder_id, product__in=WHOLE_TURNOVER, state__in=HOLDING,
        starts_on__lte=policy.ends_on, ends_on__gte=policy.starts_on,
    ).exclude(pk=policy.pk)  # fmt: skip
    other = others.first()
    if other is not None:
        message = _("Policy %(number)s covers the same exports until %(ends_on)s. Cover can begin on the day after it.")
        raise DomainError(
            "same_exports", message, field="starts_on", status=409, number=other.number, ends_on=other.ends_on
        )


def next_policy_number(policy: Policy) -> str:
    """SCH-YYYY-OO-NNNNN: product, year, office, sequence. Never reused, gaps allowed."""
    return documents.next_number(number_series(policy.wording, policy.office))


def number_series(wording: ProductWording, office: Office) -> str:
    return f"{wording.named.value('number_prefix')}-{clock.today().year}-{office.code}"


@transaction.atomic
def countersign(*, actor: Actor, policy_id: int, version: int | None = None) -> Policy:
    """The insurer signs, by another person than the one who quoted. Opens the liability counter and the clocks."""
    policy = locked_policy(actor, policy_id, version)
    POLICY.check("countersign", policy, actor)
    refuse_same_exports(policy)
    if policy.insured_signed_at is None:
        raise DomainError("insured_signs_first", _("The insured signs first."), status=409)
    move(actor, policy, "countersign", {"party": INSURER}, signed_at=clock.now(), insurer_signer_id=actor.user_id)
    documents.sign(actor=actor, document=letters.contract_of(policy), party=INSURER)
    open_cover(actor, policy)
    return policy


def open_cover(actor: Actor, policy: Policy) -> None:
    """The policy is signed: its liability counter and clocks, the premium falls due, cover begins when all is there."""
    LiabilityCounter.objects.create(
        policy=policy, policyholder_id=policy.policyholder_id, currency=policy.currency,
        maximum=letters.signed_schedule(policy).max_liability,
    )  # fmt: skip
    clocks.arm_cover(actor, policy, policy.wording.named.days("renewal_opens_days"))
    messages.tell_insured(actor, "policy.signed", policy)
    policy_signed.send(sender=Policy, policy=policy, actor=actor)
    begin_if_due(actor, policy)
