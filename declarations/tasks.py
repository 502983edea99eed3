"""What wakes the importer. The state of a batch says what is to be done, so a lost or doubled call changes nothing."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from celery import shared_task
from django.db.models import Q
from django.utils.translation import gettext_noop

from declarations.importer import booking, checking, services
from declarations.models import BatchState, ImportBatch, ImportRow
from declarations.models.uploads import IN_WORK
from sinosure.core import clock
from sinosure.core.errors import DomainError

MOST_ATTEMPTS = 3
MOST_MEMORY = 1_000_000_000
FORGOTTEN_AFTER = timedelta(seconds=20)


@shared_task(name="declarations.tasks.import_file", soft_time_limit=300, time_limit=330)
def import_file(batch_id: int) -> str:
    """Check or book one file, whichever its state asks for."""
    if not services.try_lock(batch_id):
        return "busy"
    try:
        with memory_cap(MOST_MEMORY):
            return _work(batch_id)
    finally:
        services.unlock(batch_id)


@contextmanager
def memory_cap(more: int) -> Iterator[None]:
    """At most `more` bytes beyond what the process has now: a sheet that lies about its size ends here (row 33)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    used = (
        int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        if Path("/proc/self/statm").exists()
        else 0
    )
    if used and (soft == resource.RLIM_INFINITY or used + more < soft):
        resource.setrlimit(resource.RLIMIT_AS, (used + more, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _work(batch_id: int) -> str:
    batch = (
        ImportBatch.objects.select_related("policy__policyholder", "uploaded_by__organisation")
        .filter(pk=batch_id)
        .first()
    )
    if batch is None or batch.state not in IN_WORK:
        return "nothing to do"
    if not _may_try(batch):
        return "gave up"
    if batch.state == BatchState.BOOKING and _rows_are_there(batch):
        booking.book(batch)
    else:
        checking.check(batch)
    ImportBatch.objects.filter(pk=batch.pk).exclude(state=BatchState.FAILED).update(failure={})
    return str(batch.state)


def _may_try(batch: ImportBatch) -> bool:
    """A file that killed its worker three times is not tried again."""
    attempts = batch.failure.get("attempts", 0) + 1
    if attempts > MOST_ATTEMPTS:
        message = gettext_noop(
            "The file could not be worked on. Save it anew with the shipments alone, and upload that."
        )
        checking.fail(batch, DomainError("gave_up", message))
        return False
    ImportBatch.objects.filter(pk=batch.pk).update(woken_at=clock.now(), failure={"attempts": attempts})
    return True


def _rows_are_there(batch: ImportBatch) -> bool:
    """The staging table is empty after a crash of the database; then the file is read again and confirmed anew."""
    return ImportRow.objects.filter(batch_id=batch.pk).count() == batch.rows_total


@shared_task(name="declarations.tasks.import_waiting")
def import_waiting() -> int:
    """Files whose call was lost with the broker or whose worker died."""
    before = clock.now() - FORGOTTEN_AFTER
    rows = ImportBatch.objects.filter(
        Q(woken_at=None, uploaded_at__lt=before) | Q(woken_at__lt=before), state__in=IN_WORK
    )
    found = list(rows.order_by("id").values_list("pk", flat=True)[:20])
    for batch_id in found:
        import_file(batch_id)
    return len(found)
