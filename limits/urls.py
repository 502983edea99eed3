"""Routes of limits."""

from typing import Any

app_name = "limits"
urlpatterns: list[Any] = []
API: list[tuple[str, Any]] = []
