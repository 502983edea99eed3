"""What people are told about a line of credit."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from financing.models import CreditLine
from sinosure.accounts.actor import Actor
from sinosure.core.money import Money
from sinosure.notifications import kinds
from sinosure.notifications.services import notify

_PAGE = "financing:credit-line-detail"
KINDS: tuple[tuple[str, Any, str], ...] = (
    ("credit.referred", _("%(insured)s asks for %(asked)s: application %(number)s waits for your offer."), "amber"),
    ("credit.offered", _("%(bank)s offers %(amount)s: sign line %(number)s until %(until)s."), "green"),
    ("credit.signed", _("%(insured)s has signed line %(number)s. Your approver signs next."), "blue"),
    ("credit.active", _("%(bank)s has signed: line %(number)s of %(amount)s is in force."), "green"),
    ("credit.declined", _("%(bank)s has declined application %(number)s. The page says why, and what would help."), "red"),
    ("credit.withdrawn", _("%(insured)s has withdrawn application %(number)s."), "grey"),
    ("credit.drawn", _("%(insured)s has drawn %(drawn)s under line %(number)s."), "blue"),
    ("credit.revoked", _("%(insured)s has revoked the data authorisation of line %(number)s."), "red"),
    ("credit.closed", _("%(bank)s has closed line %(number)s."), "grey"),
)  # fmt: skip


def register_all() -> None:
    for kind, text, tone in KINDS:
        kinds.register(kind, text, _PAGE, tone)


def tell(actor: Actor, kind: str, line: CreditLine, organisation_id: int, **more: Any) -> None:
    params = {
        "number": line.number, "insured": line.policyholder.name_zh, "bank": line.bank.name_zh,
        "asked": str(Money(line.asked, line.currency)), "amount": str(Money(line.amount, line.currency)),
        "until": str(line.offered_until or ""), **{name: str(value) for name, value in more.items()},
    }  # fmt: skip
    branch_id = line.agreement.branch_id if line.agreement and organisation_id == line.bank_id else None
    notify(
        actor, kind, line, organisation_id=organisation_id, branch_id=branch_id, policyholder_id=line.policyholder_id,
        params=params,
    )  # fmt: skip
