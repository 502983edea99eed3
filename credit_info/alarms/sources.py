"""Who deals with a company and so follows it by default: the apps above register what they know, in AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

Holders = Callable[..., QuerySet[Any, Any]]
_holders: list[Holders] = []


def register(holders: Holders) -> None:
    """`holders(obligor=7)` or `holders(obligor__country="DE")` gives a query of ids of organisations, not run yet."""
    if holders not in _holders:
        _holders.append(holders)


def holders(**named: Any) -> list[QuerySet[Any, Any]]:
    return [source(**named) for source in _holders]
