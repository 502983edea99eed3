"""Routes of policies."""

from typing import Any

app_name = "policies"
urlpatterns: list[Any] = []
API: list[tuple[str, Any]] = []
