"""Routes of the single window."""

from __future__ import annotations

from django.urls import path

from policies.single_window import views

urlpatterns = [
    path("single-window/", views.window, name="window"),
    path("single-window/start/", views.window_start, name="window-start"),
    path("single-window/revoke/", views.window_revoke, name="window-revoke"),
    path("single-window/verify/", views.window_verify, name="window-verify"),
    path("single-window/<int:pk>/", views.window_application, name="window-application"),
    path("single-window/<int:pk>/withdraw/", views.window_withdraw, name="window-withdraw"),
]
