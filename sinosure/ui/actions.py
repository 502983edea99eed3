"""Buttons for the moves of a lifecycle that the actor may make now."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from sinosure.core.lifecycle import Move


@dataclass(frozen=True)
class Button:
    """A deed as a button: a POST form, or (`asks`) a link to a page that asks for more first."""

    label: Any
    url: str
    asks: bool = False
    tone: str = ""
    hidden: tuple[tuple[str, Any], ...] = ()

    @property
    def css(self) -> str:
        return {"main": "btn btn--main", "danger": "btn btn--danger"}.get(self.tone, "btn")


def buttons(
    moves: Iterable[Move],
    url_name: str,
    *args: Any,
    ask: Collection[str] = (),
    hide: Collection[str] = (),
    **hidden: Any,
) -> list[Button]:
    """One button a move. `url_name` holds `{action}`, e.g. "limits:application-{action}"; `hidden` goes along (version)."""
    shown = [move for move in moves if move.action not in hide]
    return [_button(move, url_name, args, move.action in ask, tuple(hidden.items())) for move in shown]


def _button(
    move: Move, url_name: str, args: tuple[Any, ...], asks: bool, hidden: tuple[tuple[str, Any], ...]
) -> Button:
    url = reverse(url_name.format(action=move.action.replace("_", "-")), args=args)
    return Button(label=move.label or move.action, url=url, asks=asks, tone=move.tone, hidden=hidden)
