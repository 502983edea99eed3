"""Who there is: the demo's people by role, colleagues who hold a duty."""

from __future__ import annotations

from dataclasses import dataclass

from sinosure.accounts.models import User
from sinosure.accounts.roles import Role

DEMO_PASSWORD = "export-cover-demo"  # noqa: S105  shown on the sign-in page of the demo, useless elsewhere


@dataclass(frozen=True)
class DemoAccount:
    """One row of the demo's sign-in list."""

    username: str
    name: str
    role: str
    role_label: str
    tier: int
    organisation: str
    kind: str


def demo_accounts() -> list[DemoAccount]:
    """Every demo person with their duty, in the order of the roles."""
    people = User.objects.filter(is_demo=True, is_active=True).select_related("organisation").prefetch_related("grants")
    order = {role: place for place, role in enumerate(Role.values)}
    accounts = [
        DemoAccount(
            user.username, user.name, grant.role, str(Role(grant.role).label), grant.tier,
            user.organisation.name, user.organisation.kind,
        )
        for user in people
        for grant in user.grants.all()
        if grant.revoked_at is None
    ]  # fmt: skip
    return sorted(accounts, key=lambda account: (order[account.role], account.tier, account.username))
