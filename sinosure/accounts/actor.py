"""The actor: who does a deed, for which organisation, with which duties. Services take it first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from sinosure.accounts.models import User
from sinosure.accounts.roles import CAPABILITIES, HEAD_OFFICE, INSURED_DUTIES, Kind

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Actor:
    """A person or the system, frozen for one request. `tiers` maps each role held to its authority level.

    `branch_id` is that of a bank's branch, None at head office and everywhere else.
    """

    user_id: int | None
    name: str
    organisation_id: int | None
    kind: str
    tiers: dict[str, int] = field(default_factory=dict, hash=False)
    is_system: bool = False
    branch_id: int | None = None

    @cached_property
    def capabilities(self) -> frozenset[str]:
        held = frozenset[str]().union(*(CAPABILITIES[role] for role in self.tiers))
        return held if self.branch_id is None else held - HEAD_OFFICE

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(self.tiers)

    @property
    def is_insurer(self) -> bool:
        return self.is_system or self.kind == Kind.INSURER

    @property
    def is_exporter(self) -> bool:
        return self.kind == Kind.EXPORTER

    @property
    def is_bank(self) -> bool:
        return self.kind == Kind.BANK

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    def remembered(self, key: str, ask: Callable[[], Answer]) -> Answer:
        """The answer to a question that is asked once in the request for which this actor is frozen."""
        if key not in self.__dict__:
            self.__dict__[key] = ask()
        answer: Answer = self.__dict__[key]
        return answer

    def can(self, capability: str) -> bool:
        return self.is_system or capability in self.capabilities

    def holds(self, row: Any) -> bool:
        """Whether the row is the actor's own organisation's: it is the policyholder."""
        return self.organisation_id is not None and getattr(row, "policyholder_id", None) == self.organisation_id

    def may(self, capability: str, row: Any) -> bool:
        """The duty, for this row. A bank sees policies assigned to it, but acts as the insured only under its own."""
        return self.can(capability) and not (self.is_bank and capability in INSURED_DUTIES and not self.holds(row))

    def tier(self, role: str) -> int:
        """Authority level in `role`, 0 when not held."""
        return self.tiers.get(role, 0)


SYSTEM = Actor(user_id=None, name="system", organisation_id=None, kind=Kind.INSURER, is_system=True)
ANONYMOUS = Actor(user_id=None, name="", organisation_id=None, kind="")


def actor_of(user: User) -> Actor:
    """The actor for a signed-in person, with the grants that stand at this moment."""
    grants = user.grants.filter(revoked_at=None).values_list("role", "tier")
    return Actor(
        user_id=user.pk,
        name=user.name_zh,
        organisation_id=user.organisation_id,
        kind=user.organisation.kind,
        tiers=dict(grants),
        branch_id=user.branch_id,
    )
