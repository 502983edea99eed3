"""What people are told about cases of a regional scheme."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from financing.schemes.models import SchemeCase
from sinosure.accounts.actor import Actor
from sinosure.core.money import Money
from sinosure.notifications import kinds
from sinosure.notifications.services import notify

_PAGE = "financing:scheme-case"


def register_all() -> None:
    kinds.register(
        "scheme.reported", _("%(bank)s reports loan %(loan)s as lost: case %(number)s, %(loss)s."), _PAGE, "amber"
    )
    kinds.register("scheme.settled", _("Case %(number)s is compensated: the fund pays %(paid)s."), _PAGE, "green")


def tell(actor: Actor, kind: str, case: SchemeCase, organisation_id: int) -> None:
    params = {
        "number": case.number, "bank": case.bank.name_zh, "loan": case.loan.number,
        "loss": str(Money(case.loss, case.currency)), "paid": str(Money(case.fund_paid, case.scheme.currency)),
    }  # fmt: skip
    branch_id = case.loan.branch_id if organisation_id == case.bank_id else None
    notify(
        actor, kind, case, organisation_id=organisation_id, branch_id=branch_id, policyholder_id=case.policyholder_id,
        params=params,
    )  # fmt: skip
