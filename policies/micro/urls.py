"""Routes of the micro product."""

from __future__ import annotations

from django.urls import path

from policies.micro import views

urlpatterns = [
    path("micro/", views.micro_tiers, name="micro-tiers"),
    path("micro/buy/", views.micro_buy, name="micro-buy"),
    path("<int:pk>/micro-renew/", views.micro_renew, name="micro-renew"),
]
