"""Routes of credit reports, below /buyers/reports/."""

from __future__ import annotations

from typing import Any

from django.urls import path

from credit_info.reports import views
from credit_info.reports.api import ReportOrderViewSet

urlpatterns: list[Any] = [
    path("", views.order_list, name="report-list"),
    path("new/", views.order_new, name="report-new"),
    path("sample.pdf", views.sample, name="report-sample"),
    path("<int:pk>/", views.order_detail, name="report-detail"),
    path("<int:pk>/take/", views.order_take, name="report-take"),
    path("<int:pk>/cancel/", views.order_cancel, name="report-cancel"),
    path("<int:pk>/deliver/", views.order_deliver, name="report-deliver"),
]
API: list[tuple[str, Any]] = [("credit-reports", ReportOrderViewSet)]
