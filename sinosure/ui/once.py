"""One form, one deed: the key travels in the form, is claimed in the transaction of the deed, and remembers the answer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.ui.models import FormKey

KEPT = timedelta(days=7)
NOT_COMPARED = {"csrfmiddlewaretoken", "form_key"}


class AlreadyDone(Exception):
    """The same form was sent before; `location` is where its answer is."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


class Ticket:
    """Held while the deed is done; put the address of the answer into `location`."""

    location = ""


@contextmanager
def once(request: HttpRequest) -> Iterator[Ticket]:
    """A transaction around a deed that happens once per form key. Raises AlreadyDone, or DomainError `already_sent` for
    the same key with other contents. A form without a key is done as it comes."""
    key, user_id = _key_of(request), request.user.pk
    with transaction.atomic():
        ticket = Ticket()
        if key is None or user_id is None:
            yield ticket
            return
        _claim(key, user_id, digest(request))
        yield ticket
        FormKey.objects.filter(user_id=user_id, key=key).update(location=ticket.location)


def _claim(key: UUID, user_id: int, sha256: str) -> None:
    """Insert the key. Waits for a rival that is still at work; then its answer counts."""
    now = clock.now()
    insert = (
        "INSERT INTO ui_formkey (user_id, key, sha256, location, made_at) VALUES (%s, %s, %s, '', %s)"
        " ON CONFLICT (user_id, key) DO NOTHING"
    )
    with connection.cursor() as cursor:
        cursor.execute(insert, [user_id, str(key), sha256, now])
        claimed = cursor.rowcount == 1
    if not claimed:
        _answer_again(FormKey.objects.get(user_id=user_id, key=key), sha256)
    FormKey.objects.filter(user_id=user_id, made_at__lt=now - KEPT).delete()


def _answer_again(earlier: FormKey, sha256: str) -> None:
    if earlier.sha256 == sha256:
        raise AlreadyDone(earlier.location)
    message = _("This form was sent before with other entries. Check the list; if it is missing there, send it again.")
    raise DomainError("already_sent", message, status=409)


def digest(request: HttpRequest) -> str:
    """SHA-256 of what was sent, without token and key; of files, name and size."""
    fields = sorted((name, request.POST.getlist(name)) for name in request.POST if name not in NOT_COMPARED)
    files = sorted((name, _shape(upload)) for name in request.FILES for upload in request.FILES.getlist(name))
    return hashlib.sha256(repr((request.path, fields, files)).encode()).hexdigest()


def _shape(upload: Any) -> str:
    return f"{upload.name} {upload.size}"


def _key_of(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("form_key", ""))
    except ValueError:
        return None
