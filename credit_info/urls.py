"""Routes of the register of buyers and banks."""

from __future__ import annotations

from typing import Any

from django.urls import path

from credit_info import views
from credit_info.api import ObligorViewSet

app_name = "credit_info"
urlpatterns: list[Any] = [
    path("", views.obligor_list, name="obligor-list"),
    path("new/", views.obligor_new, name="obligor-new"),
    path("propose/", views.obligor_propose, name="obligor-propose"),
    path("banks/new/", views.bank_new, name="bank-new"),
    path("banks/propose/", views.bank_propose, name="bank-propose"),
    path("<int:pk>/", views.obligor_detail, name="obligor-detail"),
    path("<int:pk>/edit/", views.obligor_edit, name="obligor-edit"),
    path("<int:pk>/light/", views.obligor_light, name="obligor-light"),
]
API: list[tuple[str, Any]] = [("buyers", ObligorViewSet)]
