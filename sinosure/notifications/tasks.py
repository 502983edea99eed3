from celery import shared_task

from sinosure.core import standstill
from sinosure.notifications import relay as outbox
from sinosure.notifications.webhooks import relay as webhooks


@shared_task(name="sinosure.notifications.tasks.relay")
def relay() -> int:
    with standstill.unless_held() as may_work:
        return outbox.relay() if may_work else 0


@shared_task(name="sinosure.notifications.tasks.relay_webhooks")
def relay_webhooks() -> int:
    with standstill.unless_held() as may_work:
        return webhooks.relay() if may_work else 0
