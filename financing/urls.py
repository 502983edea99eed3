"""Routes of financing."""

from typing import Any

app_name = "financing"
urlpatterns: list[Any] = []
API: list[tuple[str, Any]] = []
