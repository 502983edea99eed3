"""One table of moves per entity: buttons, the API's `actions`, the guard in the service and the docs read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from sinosure.core.errors import NotAllowed, WrongState

FOUR_EYES = _("You made this yourself. A second person must confirm it.")


class Doer(Protocol):
    """What a lifecycle needs to know of an actor."""

    def may(self, capability: str, row: Any) -> bool: ...


@dataclass(frozen=True)
class Move:
    """`action`: from any of `sources` to `target`, by whoever holds `capability`.

    `target` None means that the service chooses, among `outcomes` where those are known beforehand. `second_person` names
    the field that holds the id of the first person, who may not do this move too (four eyes). `automatic` moves have no
    button.
    """

    action: str
    sources: tuple[str, ...]
    target: str | None
    capability: str
    label: Any = ""
    second_person: str | None = None
    automatic: bool = False
    tone: str = "main"
    outcomes: tuple[str, ...] = ()

    def targets(self) -> tuple[str, ...]:
        """Every state that the move may lead to, as far as the table knows."""
        return (self.target,) if self.target else self.outcomes


@dataclass(frozen=True)
class Lifecycle:
    """The moves of one entity; `field` is the attribute that holds the state."""

    entity: str
    moves: tuple[Move, ...]
    field: str = "state"

    def __getitem__(self, action: str) -> Move:
        return next(move for move in self.moves if move.action == action)

    def check(self, action: str, row: Any, actor: Doer) -> Move:
        """The move, or NotAllowed (missing duty, own work) or WrongState."""
        move = self[action]
        if not actor.may(move.capability, row):
            raise NotAllowed()
        state = getattr(row, self.field)
        if state not in move.sources:
            raise WrongState(action, _state_label(row, self.field))
        _refuse_own_work(move, row, actor)
        return move

    def available(self, row: Any, actor: Doer) -> list[Move]:
        """The moves that `actor` may make now, in table order."""
        return [move for move in self.moves if not move.automatic and self._may(move, row, actor)]

    def states(self) -> list[str]:
        """Every state named in the table, in order of first mention."""
        return list(dict.fromkeys(name for move in self.moves for name in (*move.sources, *move.targets())))

    def _may(self, move: Move, row: Any, actor: Doer) -> bool:
        return (
            actor.may(move.capability, row)
            and getattr(row, self.field) in move.sources
            and not _is_own_work(move, row, actor)
        )


def _is_own_work(move: Move, row: Any, actor: Any) -> bool:
    return move.second_person is not None and getattr(row, move.second_person) == actor.user_id


def _refuse_own_work(move: Move, row: Any, actor: Doer) -> None:
    if _is_own_work(move, row, actor):
        raise NotAllowed("four_eyes", FOUR_EYES)


def _state_label(row: Any, field: str) -> str:
    display = getattr(row, f"get_{field}_display", None)
    return str(display()) if display else str(getattr(row, field))
