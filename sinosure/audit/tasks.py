from celery import shared_task

from sinosure.audit import services


@shared_task(name="sinosure.audit.tasks.seal")
def seal() -> int:
    return services.seal()
