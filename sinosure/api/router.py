"""The router of /api/v1/: every viewset gets idempotent writes; its `access` says who may do what."""

from __future__ import annotations

from typing import Any

from rest_framework.routers import SimpleRouter

from sinosure.api.idempotency import IdempotentMixin


class ApiRouter(SimpleRouter):
    def register(self, prefix: str, viewset: Any, basename: str | None = None) -> None:  # type: ignore[override]
        wrapped = type(viewset.__name__, (IdempotentMixin, viewset), {"__doc__": viewset.__doc__})
        super().register(prefix, wrapped, basename=basename or prefix)
