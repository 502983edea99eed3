"""What wakes the summing up: every ten minutes, and whoever asks for it."""

from __future__ import annotations

from celery import shared_task

from credit_info.atlas.summing import summarise


@shared_task(name="credit_info.atlas.tasks.sum_up")
def sum_up() -> int:
    """Milliseconds that it took."""
    return summarise().took_ms
