"""Is the process alive, and can it serve? For a supervisor or a load balancer."""

from __future__ import annotations

from django.core.cache import cache
from django.db import OperationalError, connection
from django.http import HttpRequest, JsonResponse
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from sinosure.accounts.access import PUBLIC, access
from sinosure.celery import app as celery


@access(PUBLIC)
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@access(PUBLIC)
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers. A missing broker is told but does not make the site unready: nothing depends on it."""
    database, broker = _database_answers(), broker_answers()
    body = {"status": "ok" if database else "unavailable", "database": database, "broker": broker}
    return JsonResponse(body, status=200 if database else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        return False
    return True


def broker_answers() -> bool:
    """Whether Valkey answers."""
    try:
        cache.get("readyz")
    except (RedisError, OSError):
        return False
    return True


def workers() -> list[str]:
    """Names of the workers that answer within a second."""
    try:
        return sorted(celery.control.inspect(timeout=1).ping() or {})
    except (KombuError, RedisError, OSError):
        return []
