"""What people are told about an endorsement."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from policies.models import AssigneeBank, Endorsement
from sinosure.accounts.actor import Actor
from sinosure.accounts.roles import Role
from sinosure.notifications import kinds
from sinosure.notifications.services import notify, notify_insurer

_PAGE = "policies:endorsement-detail"
KINDS: tuple[tuple[str, Any, str], ...] = (
    ("endorsement.requested", _("Policy %(policy)s: %(insured)s, a change from %(day)s is asked for."), "blue"),
    ("endorsement.approved", _("Endorsement %(number)s is ready. Sign it by %(day)s."), "amber"),
    ("endorsement.signed", _("Endorsement %(number)s is signed and applies from %(day)s."), "green"),
    ("endorsement.declined", _("Policy %(policy)s: the change was declined. The reason is on its page."), "red"),
    ("endorsement.refused", _("Endorsement %(number)s: %(insured)s does not sign it."), "amber"),
    ("endorsement.lapsed", _("Endorsement %(number)s was not signed in time and has lapsed."), "grey"),
)


def register_all() -> None:
    for kind, text, tone in KINDS:
        kinds.register(kind, text, _PAGE, tone)


def tell_insured(actor: Actor, kind: str, row: Endorsement) -> None:
    _tell(actor, kind, row, row.policyholder_id)


def tell_underwriters(actor: Actor, kind: str, row: Endorsement) -> None:
    notify_insurer(actor, kind, row, Role.UNDERWRITER, policyholder_id=row.policyholder_id, params=_params(row))


def tell_all(actor: Actor, kind: str, row: Endorsement) -> None:
    """The insured, the underwriters and every bank that is loss payee."""
    tell_insured(actor, kind, row)
    tell_underwriters(actor, kind, row)
    for bank_id, branch_id in AssigneeBank.objects.now().filter(policy=row.policy_id).readers():
        _tell(actor, kind, row, bank_id, branch_id)


def _tell(actor: Actor, kind: str, row: Endorsement, organisation_id: int, branch_id: int | None = None) -> None:
    notify(
        actor, kind, row, organisation_id=organisation_id, branch_id=branch_id, policyholder_id=row.policyholder_id,
        params=_params(row),
    )  # fmt: skip


def _params(row: Endorsement) -> dict[str, str]:
    return {
        "number": str(row), "policy": str(row.policy), "insured": row.policy.policyholder.name_zh,
        "day": str(row.effective_from),
    }  # fmt: skip
