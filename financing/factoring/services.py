"""The bank records its factoring agreement with an exporter, step 2 of the bank policy (Rulebook §8.3)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from financing.factoring import selectors
from financing.models import FactoringContract
from policies.uscc import parse_uscc
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation
from sinosure.accounts.roles import Kind
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed


@transaction.atomic
def record(
    *, actor: Actor, policy_id: int, seller_name: str, seller_uscc: str, number: str, signed_on: date
) -> FactoringContract:
    """Raises Policy.DoesNotExist for what is no bank policy of the actor's own, `date_in_future`, `contract_twice`."""
    if not (actor.is_bank and actor.can("financing.lend")):
        raise NotAllowed()
    policy = selectors.bank_policies(actor).select_for_update(of=("self",)).get(pk=policy_id)
    if signed_on > clock.today():
        raise DomainError("date_in_future", _("The day cannot lie in the future."), field="signed_on")
    if policy.factoring_contracts.filter(number=number).exists():
        message = _("A contract with this number is recorded already.")
        raise DomainError("contract_twice", message, field="number", status=409)
    uscc = str(parse_uscc(seller_uscc).value)
    row = FactoringContract.objects.create(
        policy=policy, policyholder_id=policy.policyholder_id, seller_name=seller_name, seller_uscc=uscc,
        seller=Organisation.objects.filter(kind=Kind.EXPORTER, uscc=uscc).first(), number=number, signed_on=signed_on,
        recorded_by_id=actor.user_id, recorded_at=clock.now(),
    )  # fmt: skip
    audit.record(actor, "factoring.contract", row, detail={"policy": policy.number, "seller": seller_name})
    return row
