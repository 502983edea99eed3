"""Work of financing that runs beside the requests."""

from __future__ import annotations

from celery import shared_task

from financing import book


@shared_task(name="financing.tasks.seal")
def seal() -> int:
    """Chain the new lines of the book."""
    return book.seal()
