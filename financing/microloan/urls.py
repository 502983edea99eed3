"""Routes of 信保贷, under those of financing."""

from __future__ import annotations

from typing import Any

from django.urls import path

from financing.microloan import views

urlpatterns: list[Any] = [
    path("credit/", views.credit_list, name="credit-line-list"),
    path("credit/apply/", views.credit_apply, name="credit-line-apply"),
    path("credit/<int:pk>/", views.credit_detail, name="credit-line-detail"),
    path("credit/<int:pk>/offer/", views.credit_offer, name="credit-line-offer"),
    path("credit/<int:pk>/decline/", views.credit_decline, name="credit-line-decline"),
    path("credit/<int:pk>/sign/", views.credit_sign, name="credit-line-sign"),
    path("credit/<int:pk>/sign-bank/", views.credit_sign_bank, name="credit-line-sign-bank"),
    path("credit/<int:pk>/withdraw/", views.credit_withdraw, name="credit-line-withdraw"),
    path("credit/<int:pk>/close/", views.credit_close, name="credit-line-close"),
    path("credit/<int:pk>/revoke/", views.credit_revoke, name="credit-line-revoke"),
    path("credit/<int:pk>/authorise/", views.credit_authorise, name="credit-line-authorise"),
    path("credit/<int:pk>/draw/", views.credit_draw, name="credit-line-draw"),
    path("credit/<int:pk>/invoice/", views.credit_invoice, name="credit-line-invoice"),
    path("credit/<int:pk>/draw/<int:shipment>/", views.credit_draw_on, name="credit-line-draw-on"),
]
