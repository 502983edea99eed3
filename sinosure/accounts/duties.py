"""Which duties an organisation's people may hold, and which must not meet in one hand."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sinosure.accounts.roles import Kind, Role
from sinosure.core.errors import DomainError

ROLES_OF_KIND: dict[str, tuple[Role, ...]] = {
    Kind.EXPORTER: (Role.EXPORTER_CLERK, Role.EXPORTER_REVIEWER, Role.EXPORTER_SIGNER),
    Kind.BANK: (Role.BANK_OFFICER, Role.BANK_APPROVER, Role.BANK_VIEWER),
    Kind.SPONSOR: (Role.SPONSOR,),
    Kind.INSURER: (
        Role.UNDERWRITER, Role.COMMITTEE, Role.CLAIMS_OFFICER, Role.CLAIMS_APPROVER, Role.RECOVERY_OFFICER,
        Role.FINANCE_OFFICER, Role.CREDIT_ANALYST, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR,
    ),
}  # fmt: skip
HIGHEST_TIER = {Role.UNDERWRITER: 3, Role.CLAIMS_APPROVER: 4}
# Whoever runs the site, grants duties or reads the trail does nothing else (separate administrators).
ALONE = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})


def check_duty(kind: str, role: str, tier: int, held: set[str]) -> None:
    """Raises DomainError when people of this kind of organisation cannot hold the duty, or not beside those they hold."""
    if role not in ROLES_OF_KIND[kind]:
        message = _("People of this organisation cannot hold this duty.")
        raise DomainError("duty_of_another_kind", message, field="role")
    highest = HIGHEST_TIER.get(Role(role), 1)
    if not 1 <= tier <= highest:
        message = _("This duty has levels 1 to %(highest)s.")
        raise DomainError("tier_out_of_range", message, field="tier", highest=highest)
    others = held - {role}
    if others and (role in ALONE or others & ALONE):
        message = _("System administrator, security administrator and auditor are held alone, without any other duty.")
        raise DomainError("duty_held_alone", message, field="role")
