"""Who there is: the demo's people by role, colleagues who hold a duty."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Branch, Organisation, RoleGrant, User
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
    people = (
        User.objects.filter(is_demo=True, is_active=True)
        .select_related("organisation", "branch")
        .prefetch_related("grants")
    )
    order = {role: place for place, role in enumerate(Role.values)}
    accounts = [
        DemoAccount(
            user.username, user.name, grant.role, str(Role(grant.role).label), grant.tier,
            _works_at(user), user.organisation.kind,
        )
        for user in people
        for grant in user.grants.all()
        if grant.revoked_at is None
    ]  # fmt: skip
    return sorted(accounts, key=lambda account: (order[account.role], account.tier, account.username))


def _works_at(user: User) -> str:
    return f"{user.organisation.name} · {user.branch.name}" if user.branch else user.organisation.name


def people(actor: Actor, q: str = "", kind: str = "", role: str = "") -> QuerySet[User]:
    """Whom the actor manages: everybody for a security administrator, nobody otherwise. `q` finds names and firms."""
    rows = User.objects.all() if actor.can("accounts.manage") else User.objects.none()
    if q:
        named = Q(username__icontains=q) | Q(name_zh__icontains=q) | Q(name_en__icontains=q)
        firm = Q(organisation__name_zh__icontains=q) | Q(organisation__name_en__icontains=q)
        rows = rows.filter(named | firm)
    if kind:
        rows = rows.filter(organisation__kind=kind)
    if role:
        rows = rows.filter(pk__in=RoleGrant.objects.filter(role=role, revoked_at=None).values("user"))
    standing = RoleGrant.objects.filter(revoked_at=None).order_by("role")
    return rows.select_related("organisation", "branch").prefetch_related(
        Prefetch("grants", standing, to_attr="standing")
    )


def organisations(actor: Actor) -> QuerySet[Organisation]:
    """Firms whose people the actor may register."""
    return Organisation.objects.order_by("code") if actor.can("accounts.manage") else Organisation.objects.none()


def branches(bank_id: int | None = None) -> QuerySet[Branch]:
    """Of one bank, or of all."""
    rows = Branch.objects.select_related("bank").order_by("bank__name_zh", "code")
    return rows if bank_id is None else rows.filter(bank=bank_id)


def duties_of(person: User) -> QuerySet[RoleGrant]:
    """Every duty ever held, those that stand first."""
    return person.grants.select_related("granted_by").order_by("-revoked_at", "-granted_at")
