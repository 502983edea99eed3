"""Routes of goods in production."""

from __future__ import annotations

from typing import Any

from django.urls import path

from declarations.production import views

urlpatterns: list[Any] = [
    path("production/", views.production_list, name="productions"),
    path("production/new/", views.production_new, name="production-new"),
    path("production/<int:pk>/", views.production_detail, name="production"),
    path("production/<int:pk>/cost/", views.production_cost, name="production-cost"),
    path("production/<int:pk>/costs/<int:cost_id>/void/", views.production_void, name="production-void"),
    path("production/<int:pk>/instruct/", views.production_instruct, name="production-instruct"),
    path("production/<int:pk>/end/", views.production_end, name="production-end"),
]
