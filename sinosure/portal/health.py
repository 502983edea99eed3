"""Is the process alive, and can it serve? For a supervisor or a load balancer."""

from __future__ import annotations

from django.core.cache import cache
from django.db import OperationalError, connection
from django.http import HttpRequest, JsonResponse
from redis.exceptions import RedisError

from sinosure.accounts.access import PUBLIC, access


@access(PUBLIC)
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@access(PUBLIC)
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers. A missing broker is told but does not make the site unready: nothing depends on it."""
    database, broker = _database_answers(), _broker_answers()
    body = {"status": "ok" if database else "unavailable", "database": database, "broker": broker}
    return JsonResponse(body, status=200 if database else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        return False
    return True


def _broker_answers() -> bool:
    try:
        cache.get("readyz")
    except (RedisError, OSError):
        return False
    return True
