"""Routes of credit_info."""

from typing import Any

app_name = "credit_info"
urlpatterns: list[Any] = []
API: list[tuple[str, Any]] = []
