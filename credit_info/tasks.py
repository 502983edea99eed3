from celery import shared_task

from credit_info.alarms import fan_out
from sinosure.core import standstill


@shared_task(name="credit_info.tasks.relay_alarms")
def relay_alarms() -> int:
    with standstill.unless_held() as may_work:
        return fan_out.fan_out() if may_work else 0
