"""Routes of a bank's own policies."""

from __future__ import annotations

from typing import Any

from django.urls import path

from policies.bank import views

urlpatterns: list[Any] = [
    path("new/bank/", views.bank_choice, name="bank-choice"),
    path("new/bank/<str:product>/", views.bank_new, name="bank-new"),
]
