"""Routes of endorsements."""

from __future__ import annotations

from typing import Any

from django.urls import path

from policies.endorsements import views

urlpatterns: list[Any] = [
    path("<int:pk>/endorse/", views.endorsement_new, name="endorsement-new"),
    path("endorsements/<int:pk>/", views.endorsement_detail, name="endorsement-detail"),
    path("endorsements/<int:pk>/draft/", views.endorsement_draft, name="endorsement-draft"),
    path("endorsements/<int:pk>/approve/", views.endorsement_approve, name="endorsement-approve"),
    path("endorsements/<int:pk>/return/", views.endorsement_return, name="endorsement-return"),
    path("endorsements/<int:pk>/decline/", views.endorsement_decline, name="endorsement-decline"),
    path("endorsements/<int:pk>/withdraw/", views.endorsement_withdraw, name="endorsement-withdraw"),
    path("endorsements/<int:pk>/sign/", views.endorsement_sign, name="endorsement-sign"),
    path("endorsements/<int:pk>/refuse/", views.endorsement_refuse, name="endorsement-refuse"),
]
