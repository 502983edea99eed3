"""Routes of deadlines."""

from typing import Any

app_name = "deadlines"
urlpatterns: list[Any] = []
API: list[tuple[str, Any]] = []
