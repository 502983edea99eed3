"""Every route of the site, read from the URL configuration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from sinosure.accounts.access import declared_access


@dataclass(frozen=True)
class Route:
    """A path pattern with its view and what the view declares."""

    path: str
    view: Any
    name: str

    @property
    def access(self) -> Any:
        return declared_access(self.view)

    @property
    def is_api(self) -> bool:
        return hasattr(self.view, "cls")

    @property
    def actions(self) -> dict[str, str]:
        """HTTP method -> viewset action."""
        return dict(getattr(self.view, "actions", None) or {})


def routes() -> list[Route]:
    return [route for part in get_resolver().url_patterns for route in _walk(part, "")]


def _walk(node: URLResolver | URLPattern, prefix: str) -> Iterator[Route]:
    path = prefix + str(node.pattern)
    if isinstance(node, URLPattern):
        yield Route(path, node.callback, str(node.name))
        return
    for child in node.url_patterns:
        yield from _walk(child, path)
