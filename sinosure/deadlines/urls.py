"""Routes of deadlines, the working calendar and the business date."""

from __future__ import annotations

from typing import Any

from django.urls import path

from sinosure.deadlines.api import DeadlineViewSet
from sinosure.deadlines.views import calendar, clocks

app_name = "deadlines"
urlpatterns: list[Any] = [
    path("", clocks.deadline_list, name="list"),
    path("<int:pk>/", clocks.deadline_detail, name="detail"),
    path("<int:pk>/like/", clocks.deadline_like, name="like"),
    path("calendar/", calendar.calendar_year, name="calendar"),
    path("calendar/new/", calendar.calendar_new, name="calendar-new"),
    path("calendar/<int:year>/", calendar.calendar_year, name="calendar-year"),
    path("calendar/notices/<int:pk>/", calendar.calendar_draft, name="calendar-draft"),
    path("calendar/notices/<int:pk>/confirm/", calendar.calendar_confirm, name="calendar-confirm"),
    path("calendar/notices/<int:pk>/discard/", calendar.calendar_discard, name="calendar-discard"),
    path("business-date/", calendar.move_date, name="business-date"),
    path("business-date/reset/", calendar.reset_date, name="business-date-reset"),
]
API: list[tuple[str, Any]] = [("deadlines", DeadlineViewSet)]
