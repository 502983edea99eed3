"""Routes of 资信报警器, below /buyers/alarms/."""

from __future__ import annotations

from typing import Any

from django.urls import path

from credit_info.alarms import views
from credit_info.alarms.api import AlarmViewSet, SubscriptionViewSet

urlpatterns: list[Any] = [
    path("", views.alarm_list, name="alarm-list"),
    path("new/", views.alarm_new, name="alarm-new"),
    path("file/", views.alarm_import, name="alarm-import"),
    path("read/", views.alarm_read, name="alarm-read"),
    path("following/", views.following_list, name="alarm-following"),
    path("follow/", views.alarm_follow, name="alarm-follow"),
    path("unfollow/", views.alarm_unfollow, name="alarm-unfollow"),
    path("<int:pk>/", views.alarm_detail, name="alarm-detail"),
    path("<int:pk>/correct/", views.alarm_correct, name="alarm-correct"),
]
API: list[tuple[str, Any]] = [("alarms", AlarmViewSet), ("alarm-subscriptions", SubscriptionViewSet)]
