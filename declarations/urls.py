"""Routes of declarations."""

from typing import Any

app_name = "declarations"
urlpatterns: list[Any] = []
API: list[tuple[str, Any]] = []
