"""What viewsets of rows with owners share: who calls, and 404 for what the caller may not see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404


class Scoped:
    """Beside a viewset whose `get_queryset` is already narrowed to what the caller may see."""

    kwargs: dict[str, Any]
    request: Any
    get_queryset: Callable[[], Any]

    @property
    def actor(self) -> Any:
        return self.request._request.actor

    def _id(self) -> int:
        """The id in the address, before anything else is said about the row."""
        pk = int(self.kwargs["pk"])
        if not self.get_queryset().filter(pk=pk).exists():
            raise Http404
        return pk
