"""Routes of limits."""

from typing import Any

from django.urls import path

from limits.api import LimitApplicationViewSet, LimitViewSet
from limits.candidates import views as candidates
from limits.candidates.api import CandidateViewSet
from limits.views import exporter, shared, staff

MOVES = {
    "submit": exporter.application_submit,
    "discard": exporter.application_discard,
    "answer": exporter.application_answer,
    "withdraw": exporter.application_withdraw,
    "take": staff.application_take,
    "ask": staff.application_ask,
    "propose": staff.application_propose,
    "approve": staff.application_approve,
    "return": staff.application_return,
    "decline": staff.application_decline,
    "raise": staff.application_raise,
    "lower": staff.application_lower,
}

app_name = "limits"
urlpatterns: list[Any] = [
    path("", shared.limit_list, name="list"),
    path("<int:pk>/", shared.limit_detail, name="detail"),
    path("<int:pk>/reduce/", staff.limit_reduce, name="reduce"),
    path("<int:pk>/cancel/", staff.limit_cancel, name="cancel"),
    path("<int:pk>/stop/", staff.limit_stop, name="stop"),
    path("<int:pk>/reopen/", staff.limit_reopen, name="reopen"),
    path("countries/<slug:code>/reopen/", staff.country_reopen, name="reopen-country"),
    path("versions/<int:pk>/", shared.version, name="version"),
    path("candidates/", candidates.candidate_list, name="candidate-list"),
    path("candidates/<int:pk>/", candidates.candidate_detail, name="candidate-detail"),
    path("applications/", shared.application_list, name="application-list"),
    path("applications/new/", exporter.application_new, name="application-new"),
    path("applications/<int:pk>/", shared.application_detail, name="application-detail"),
    path("applications/<int:pk>/done/", exporter.application_done, name="application-done"),
    *(path(f"applications/<int:pk>/{name}/", view, name=f"application-{name}") for name, view in MOVES.items()),
]
API: list[tuple[str, Any]] = [
    ("limits", LimitViewSet),
    ("limit-applications", LimitApplicationViewSet),
    ("stop-candidates", CandidateViewSet),
]
