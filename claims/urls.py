"""Routes of claims."""

from typing import Any

app_name = "claims"
urlpatterns: list[Any] = []
API: list[tuple[str, Any]] = []
