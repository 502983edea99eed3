"""Routes of loss notices, part of the claims namespace."""

from __future__ import annotations

from typing import Any

from django.urls import path

from claims.notices.api import LossNoticeViewSet, MitigationTaskViewSet
from claims.notices.views import bank, case, deeds, exporter

NOTICES = [
    path("notices/", case.notice_list, name="notice-list"),
    path("notices/new/", exporter.notice_new, name="notice-new"),
    path("notices/new/<int:policy_id>/<int:obligor_id>/", exporter.notice_start, name="notice-start"),
    path("notices/invoice/<int:pk>/by-bank/", bank.notice_by_bank, name="notice-by-bank"),
    path("notices/invoice/<int:pk>/", exporter.notice_for_shipment, name="notice-for-shipment"),
    path("notices/<int:pk>/", case.notice_detail, name="notice-detail"),
    path("notices/<int:pk>/edit/", exporter.notice_edit, name="notice-edit"),
    path("notices/<int:pk>/filed/", exporter.notice_filed, name="notice-filed"),
    path("notices/<int:pk>/add/", exporter.notice_add_lines, name="notice-add-lines"),
    path("notices/<int:pk>/attach/", case.notice_attach, name="notice-attach"),
]
DEEDS = [
    path("notices/<int:pk>/accept/", deeds.notice_accept, name="notice-accept"),
    path("notices/<int:pk>/ask/", deeds.notice_ask, name="notice-ask"),
    path("notices/<int:pk>/answer/", deeds.notice_answer, name="notice-answer"),
    path("notices/<int:pk>/analyse/", deeds.notice_analyse, name="notice-analyse"),
    path("notices/<int:pk>/assign-task/", deeds.notice_assign_task, name="notice-assign-task"),
    path("notices/<int:pk>/mandate/", deeds.notice_mandate, name="notice-mandate"),
    path("notices/<int:pk>/resolve-paid/", deeds.notice_resolve_paid, name="notice-resolve-paid"),
    path("notices/<int:pk>/close-no-claim/", deeds.notice_close_no_claim, name="notice-close-no-claim"),
    path("notices/<int:pk>/withdraw/", deeds.notice_withdraw, name="notice-withdraw"),
]
TASKS = [
    path("instructions/<int:pk>/", case.task_detail, name="task-detail"),
    path("instructions/<int:pk>/accept/", deeds.task_accept, name="task-accept"),
    path("instructions/<int:pk>/refuse/", deeds.task_refuse, name="task-refuse"),
    path("instructions/<int:pk>/done/", deeds.task_done, name="task-done"),
    path("instructions/<int:pk>/consent/", deeds.task_consent, name="task-consent"),
    path("mandates/<int:pk>/sign/", deeds.mandate_sign, name="mandate-sign"),
    path("mandates/<int:pk>/report/", deeds.mandate_report, name="mandate-report"),
    path("mandates/<int:pk>/end/", deeds.mandate_end, name="mandate-end"),
]
urlpatterns = [*NOTICES, *DEEDS, *TASKS]
API: list[tuple[str, Any]] = [("loss-notices", LossNoticeViewSet), ("mitigation-tasks", MitigationTaskViewSet)]
