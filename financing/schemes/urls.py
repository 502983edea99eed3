"""Routes of regional schemes, under those of financing."""

from __future__ import annotations

from typing import Any

from django.urls import path

from financing.schemes import views

urlpatterns: list[Any] = [
    path("schemes/", views.scheme_list, name="scheme-list"),
    path("schemes/<int:pk>/", views.scheme_detail, name="scheme-detail"),
    path("schemes/<int:pk>/top-up/", views.scheme_top_up, name="scheme-top-up"),
    path("schemes/<int:pk>/report/<int:loan>/", views.scheme_report, name="scheme-report"),
    path("schemes/top-ups/<int:pk>/confirm/", views.scheme_top_up_confirm, name="scheme-top-up-confirm"),
    path("schemes/top-ups/<int:pk>/refuse/", views.scheme_top_up_refuse, name="scheme-top-up-refuse"),
    path("schemes/cases/<int:pk>/", views.scheme_case, name="scheme-case"),
    path("schemes/cases/<int:pk>/settle/", views.scheme_case_settle, name="scheme-case-settle"),
]
