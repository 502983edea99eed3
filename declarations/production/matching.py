"""Which contract in production a shipment delivers, by its contract number and who owes."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from declarations.models import ContractState, ProductionContract
from declarations.production.rules import key_of
from sinosure.core.errors import DomainError

CLAIMED = _(
    "Contract %(contract)s was claimed before shipment (%(number)s). Withdraw that claim first, or ship under a new contract."
)
RUNNING = (ContractState.IN_PRODUCTION, ContractState.IN_CLAIM)


def delivered(policy_id: int, contract_no: str, owing: Iterable[int | None]) -> ProductionContract | None:
    """The contract that the line delivers, if any. Raises `contract_claimed` at the contract number."""
    key = key_of(contract_no)
    if not key:
        return None
    rows = ProductionContract.objects.filter(policy=policy_id, contract_key=key, state__in=RUNNING)
    contract = rows.filter(obligor__in=[one for one in owing if one]).first()
    if contract is not None and contract.state == ContractState.IN_CLAIM:
        raise DomainError(
            "contract_claimed", CLAIMED, field="contract_no", status=409, contract=contract.contract_no,
            number=contract.number,
        )  # fmt: skip
    return contract
