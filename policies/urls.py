"""Routes of policies."""

from typing import Any

from django.urls import path
from policies import views

app_name = "policies"
urlpatterns: list[Any] = [path("", views.policy_list, name="policy-list"), path("<int:policy_id>/", views.policy_list, name="policy-detail")]
API: list[tuple[str, Any]] = []
