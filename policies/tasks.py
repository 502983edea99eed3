"""What wakes the runs of pooled platforms. The rows say what is to be done, so a lost or doubled call changes nothing."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.db.models import Q

from policies.models import IssueRun
from policies.pooled import issue
from policies.pooled.states import UNFINISHED
from sinosure.core import clock

FORGOTTEN_AFTER = timedelta(seconds=30)


@shared_task(name=issue.TASK, soft_time_limit=900, time_limit=930)
def issue_pooled(run_id: int) -> str:
    """Issue the policies of one run, or go on where it stopped."""
    return issue.work(run_id)


@shared_task(name="policies.tasks.issue_waiting")
def issue_waiting() -> int:
    """Runs whose call was lost with the broker or whose worker died."""
    before = clock.now() - FORGOTTEN_AFTER
    rows = IssueRun.objects.filter(Q(woken_at=None, asked_at__lt=before) | Q(woken_at__lt=before), state__in=UNFINISHED)
    found = list(rows.order_by("id").values_list("pk", flat=True)[:5])
    for run_id in found:
        issue.work(run_id)
    return len(found)
