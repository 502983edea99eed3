"""Routes of deadlines, the working calendar and the business date."""

from __future__ import annotations

from typing import Any

from django.urls import path

from sinosure.deadlines import calendar_views, views
from sinosure.deadlines.api import DeadlineViewSet

app_name = "deadlines"
urlpatterns: list[Any] = [
    path("", views.deadline_list, name="list"),
    path("<int:pk>/", views.deadline_detail, name="detail"),
    path("<int:pk>/like/", views.deadline_like, name="like"),
    path("calendar/", calendar_views.calendar_year, name="calendar"),
    path("calendar/new/", calendar_views.calendar_new, name="calendar-new"),
    path("calendar/<int:year>/", calendar_views.calendar_year, name="calendar-year"),
    path("calendar/notices/<int:pk>/", calendar_views.calendar_draft, name="calendar-draft"),
    path("calendar/notices/<int:pk>/confirm/", calendar_views.calendar_confirm, name="calendar-confirm"),
    path("calendar/notices/<int:pk>/discard/", calendar_views.calendar_discard, name="calendar-discard"),
    path("business-date/", calendar_views.move_date, name="business-date"),
    path("business-date/reset/", calendar_views.reset_date, name="business-date-reset"),
]
API: list[tuple[str, Any]] = [("deadlines", DeadlineViewSet)]
