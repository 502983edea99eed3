"""Routes of the end of a policy."""

from __future__ import annotations

from typing import Any

from django.urls import path

from policies.ending import views

urlpatterns: list[Any] = [
    path("<int:pk>/notice/", views.policy_notice, name="policy-notice"),
    path("<int:pk>/notice/withdraw/", views.policy_notice_withdraw, name="policy-notice-withdraw"),
    path("<int:pk>/close/", views.policy_close, name="policy-close"),
    path("consents/<int:pk>/", views.consent_detail, name="consent-detail"),
    path("consents/<int:pk>/give/", views.consent_give, name="consent-give"),
    path("consents/<int:pk>/refuse/", views.consent_refuse, name="consent-refuse"),
]
