"""Which version of the schedule was in force on a day. One rule for pages, premium, cover and claims (POL-1). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar


class Version(Protocol):
    version: int
    effective_from: date
    endorsement_no: str


V = TypeVar("V", bound=Version)


def version_on(versions: Iterable[V], day: date) -> V | None:
    """The signed schedule is the last one that was quoted; endorsements follow it, each from its own day.

    Before the first day that schedule answers; a quote that another one replaced was never in force.
    """
    latest_first = sorted(versions, key=lambda one: one.version, reverse=True)
    signed = next((one for one in latest_first if not one.endorsement_no), None)
    endorsed = (one for one in latest_first if one.endorsement_no and one.effective_from <= day)
    return next(endorsed, signed)
