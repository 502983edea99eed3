"""What people are told of goods in production."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from declarations.models import ProductionContract
from sinosure.accounts.actor import Actor
from sinosure.accounts.roles import Role
from sinosure.notifications import kinds
from sinosure.notifications.services import notify, notify_insurer


def register_all() -> None:
    for kind, text, tone in (
        ("production.declared", _("Contract %(contract)s to %(buyer)s is in production under %(policy)s."), "blue"),
        ("production.instructed", _("The insurer's written instruction on contract %(contract)s: %(word)s."), "amber"),
        ("production.shipped", _("Contract %(contract)s was shipped: cover is that of the shipment now."), "green"),
    ):
        kinds.register(kind, text, "declarations:production", tone)


def _about(contract: ProductionContract, **more: str) -> dict[str, str]:
    return {"contract": contract.contract_no, "buyer": contract.obligor.name, "policy": str(contract.policy), **more}


def tell_desk(actor: Actor, kind: str, contract: ProductionContract) -> None:
    notify_insurer(actor, kind, contract, Role.UNDERWRITER, contract.policyholder_id, _about(contract))


def tell_insured(actor: Actor, kind: str, contract: ProductionContract, **more: str) -> None:
    notify(actor, kind, contract, organisation_id=contract.policyholder_id, policyholder_id=contract.policyholder_id,
           params=_about(contract, **more))  # fmt: skip
