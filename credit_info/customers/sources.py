"""Where partners and warnings come from: the apps above register what they know, in AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sinosure.accounts.actor import Actor


@dataclass(frozen=True)
class Warning:
    """One thing that asks for care with a buyer, and the page where the next action is taken."""

    obligor_id: int
    text: Any
    verb: Any
    url: str
    tone: str = "amber"


Partners = Callable[[Actor], Iterable[int]]
Warnings = Callable[[Actor, Collection[int]], Iterable[Warning]]
_partners: list[Partners] = []
_warnings: list[Warnings] = []


def register(partners: Partners, warnings: Warnings) -> None:
    """`partners(actor)` gives ids of obligors that the firm deals with; `warnings(actor, ids)` what is to be said of them."""
    if partners not in _partners:
        _partners.append(partners)
        _warnings.append(warnings)


def partners_of(actor: Actor) -> set[int]:
    return {pk for source in _partners for pk in source(actor)}


def warnings_of(actor: Actor, obligor_ids: Collection[int]) -> dict[int, list[Warning]]:
    """By obligor; those without a warning are not in it."""
    found: dict[int, list[Warning]] = {}
    for source in _warnings:
        for one in source(actor, obligor_ids):
            found.setdefault(one.obligor_id, []).append(one)
    return found
