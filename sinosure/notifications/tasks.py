from celery import shared_task

from sinosure.notifications import relay as outbox


@shared_task(name="sinosure.notifications.tasks.relay")
def relay() -> int:
    return outbox.relay()
