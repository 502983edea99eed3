"""One key, one effect: the same Idempotency-Key with the same body gets the first answer again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from sinosure.api.models import IdempotencyKey
from sinosure.core import clock
from sinosure.core.errors import DomainError

KEPT = timedelta(days=7)
KEPT_BODY = (
    "kept_body"  # an answer with this attribute holds a secret: the attribute is kept and given again in its place
)
Handler = Callable[..., Response]


class IdempotentMixin:
    """Wraps the writing methods of a viewset; requests without the header are done as they come."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        key = request.headers.get("Idempotency-Key")
        if key and request.method not in ("GET", "HEAD", "OPTIONS"):
            method = str(request.method).lower()
            setattr(self, method, _once(getattr(self, method), key))


def _once(handler: Handler, key: str) -> Handler:
    def run(request: Request, *args: Any, **kwargs: Any) -> Response:
        organisation_id, digest = request.actor.organisation_id, _digest(request)  # type: ignore[attr-defined]
        with transaction.atomic():
            _lock(organisation_id, key)
            earlier = IdempotencyKey.objects.filter(organisation_id=organisation_id, key=key).first()
            if earlier:
                return _again(earlier, digest)
            response = handler(request, *args, **kwargs)
            _remember(organisation_id, key, digest, response)
            return response

    return run


def _lock(organisation_id: int, key: str) -> None:
    """Hold this key until the transaction ends; a rival at work means 409."""
    if not 1 <= len(key) <= 100:
        raise DomainError("bad_key", _("The Idempotency-Key must have 1 to 100 characters."), status=400)
    number = int.from_bytes(hashlib.sha256(f"{organisation_id}:{key}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise DomainError("in_flight", _("The same request is being worked on. Ask again in a moment."), status=409)


def _again(earlier: IdempotencyKey, digest: str) -> Response:
    if earlier.request_sha256 != digest:
        raise DomainError("key_reused", _("This Idempotency-Key was used for another request. Use a new key."))
    return Response(earlier.body, status=earlier.status, headers={"Idempotent-Replay": "true"})


def _remember(organisation_id: int, key: str, digest: str, response: Response) -> None:
    if response.status_code >= 400:
        return
    kept = getattr(response, KEPT_BODY, response.data)
    body = json.loads(json.dumps(kept, cls=DjangoJSONEncoder, default=str))
    IdempotencyKey.objects.create(
        organisation_id=organisation_id, key=key, request_sha256=digest, status=response.status_code, body=body,
        made_at=clock.now(),
    )  # fmt: skip
    IdempotencyKey.objects.filter(organisation_id=organisation_id, made_at__lt=clock.now() - KEPT).delete()


def _digest(request: Request) -> str:
    """Of what was asked, and for a branch of a bank by which one: another branch's answer is not replayed to it."""
    asked = [request.method, request.get_full_path(), request.data]
    if request.actor.branch_id is not None:  # type: ignore[attr-defined]
        asked.append(request.actor.branch_id)  # type: ignore[attr-defined]
    fields = json.dumps(asked, sort_keys=True, default=_plain)
    return hashlib.sha256(fields.encode()).hexdigest()


def _plain(value: Any) -> Any:
    return [value.name, value.size] if isinstance(value, UploadedFile) else str(value)
