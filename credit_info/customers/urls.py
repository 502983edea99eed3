"""Routes of 我的客户."""

from __future__ import annotations

from django.urls import path

from credit_info.customers import views

urlpatterns = [
    path("mine/", views.customer_list, name="customers"),
    path("check/", views.customer_check, name="customer-check"),
    path("<int:pk>/mark/", views.customer_mark, name="customer-mark"),
    path("<int:pk>/unmark/", views.customer_unmark, name="customer-unmark"),
]
