"""What people do with a file: hand it in, confirm its columns, mend a row, book it, drop it. The work itself is done by the worker."""

from __future__ import annotations

import hashlib
import logging
import uuid
from typing import Any

from celery import current_app
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from kombu.exceptions import OperationalError

from declarations.importer import checking, mapping
from declarations.importer.columns import BY_NAME
from declarations.importer.staging import Stage
from declarations.models import BatchState, FileKind, ImportBatch, ImportRow, RowError
from declarations.selectors import DECLARING
from policies.models import Policy
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed, WrongState
from sinosure.core.parsing import clean_name
from sinosure.core.tables.sniffing import sniff
from sinosure.documents.services import next_number

log = logging.getLogger(__name__)
TASK = "declarations.tasks.import_file"
LONGEST_NAME = 150
MOST_CORRECTIONS = 500


def receive(*, actor: Actor, policy_id: int, upload: UploadedFile) -> ImportBatch:
    """Take a file for a policy and wake the worker. Raises `already_received` (409), and those of `sniffing.sniff`."""
    if not actor.can("declarations.declare") or actor.organisation_id is None:
        raise NotAllowed()
    policy: Policy = Policy.objects.held_by(actor).get(pk=policy_id)
    if policy.state not in DECLARING:
        raise DomainError(
            "policy_not_in_force", _("Shipments can be declared once the policy is in force."), status=409
        )
    if not policy.wording.named.value("requires_declaration"):
        message = _("This policy asks for no declarations. Register single shipments when you want to.")
        raise DomainError("no_declaration_due", message, field="policy")
    kind, sha256 = sniff(upload, upload.size or 0), _digest(upload)
    name = _harmless(upload.name or "", kind)
    _refuse_same(policy.policyholder_id, sha256)
    try:
        with transaction.atomic():
            return _create(actor, policy, upload, kind, sha256, name)
    except IntegrityError as error:  # the same file a moment ago
        raise _already_received(None) from error


def _create(actor: Actor, policy: Policy, upload: UploadedFile, kind: FileKind, sha256: str, name: str) -> ImportBatch:
    batch = ImportBatch(
        number=next_number(f"UP-{clock.today():%Y%m}"), policy=policy, policyholder_id=policy.policyholder_id, kind=kind, file_name=name,
        sha256=sha256, uploaded_by_id=actor.user_id, uploaded_at=clock.now(),
    )  # fmt: skip
    batch.file.save(f"{uuid.uuid4().hex}.{kind.value.lower()}", upload, save=False)
    batch.save()
    audit.record(actor, "file.received", batch, detail={"name": name, "sha256": sha256, "size": upload.size})
    wake(batch.pk)
    return batch


def _digest(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def _harmless(name: str, kind: FileKind) -> str:
    """The name to show, never a path; the file itself is kept under a random one."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    try:
        return clean_name(last[-LONGEST_NAME:]).value or f"file.{kind.value.lower()}"
    except DomainError:
        return f"file.{kind.value.lower()}"


def _refuse_same(policyholder_id: int, sha256: str) -> None:
    same = ImportBatch.objects.filter(policyholder_id=policyholder_id, sha256=sha256)
    earlier = same.exclude(state__in=[BatchState.FAILED, BatchState.DISCARDED]).first()
    if earlier is not None:
        raise _already_received(earlier)


def _already_received(earlier: ImportBatch | None) -> DomainError:
    message = _("This very file was received before, as %(number)s. Open that upload, or discard it there first.")
    params = {"number": earlier.number, "id": earlier.pk} if earlier else {"number": "–"}
    return DomainError("already_received", message, "file", 409, **params)


def wake(batch_id: int) -> None:
    """Ask the worker after the commit. When no broker answers, beat finds the batch once it is back (R11)."""
    transaction.on_commit(lambda: _send(batch_id))


def _send(batch_id: int) -> None:
    try:
        current_app.send_task(TASK, args=[batch_id], queue="upload", retry=False)
    except OperationalError:
        log.warning("no broker; file %s waits for it", batch_id)


def _locked(actor: Actor, batch_id: int) -> ImportBatch:
    if not actor.can("declarations.declare"):
        raise NotAllowed()
    rows = ImportBatch.objects.held_by(actor).select_for_update(of=("self",)).select_related("policy")
    batch: ImportBatch = rows.get(pk=batch_id)
    return batch


def _expect(batch: ImportBatch, *states: BatchState) -> None:
    if batch.state not in states:
        raise WrongState("import", str(BatchState(batch.state).label))


@transaction.atomic
def confirm_mapping(*, actor: Actor, batch_id: int, columns: dict[str, int]) -> ImportBatch:
    """The person says which column is which, and that the doubts shown are all right."""
    batch = _locked(actor, batch_id)
    _expect(batch, BatchState.MAPPING)
    count = len(batch.layout["headings"])
    chosen = {name: index for name, index in columns.items() if name in BY_NAME and 0 <= index < count}
    lacking = mapping.missing(chosen)
    if lacking:
        names = ", ".join(str(BY_NAME[name].label) for name in lacking)
        raise DomainError("columns_missing", _("Say which column holds: %(names)s."), names=names)
    if len(set(chosen.values())) != len(chosen):
        raise DomainError("column_twice", _("A column can stand for one field only."))
    batch.mapping, batch.mapping_confirmed, batch.state = chosen, True, BatchState.UPLOADED
    batch.save(update_fields=["mapping", "mapping_confirmed", "state"])
    audit.record(actor, "file.columns_confirmed", batch, detail={"columns": chosen})
    wake(batch.pk)
    return batch


@transaction.atomic
def mend(*, actor: Actor, batch_id: int, row_no: int, values: dict[str, str]) -> ImportBatch:
    """Correct one bad row in place; it is read and checked again, and the preview with it."""
    batch = _locked(actor, batch_id)
    _expect(batch, BatchState.READY)
    row = ImportRow.objects.get(pk=(batch.pk, row_no))
    known = {name: text for name, text in values.items() if name in batch.mapping}
    if len(batch.corrections) >= MOST_CORRECTIONS and str(row_no) not in batch.corrections:
        message = _(
            "More than 500 rows were mended here. Download the bad rows, mend them in the sheet, and upload the file again."
        )
        raise DomainError("too_many_corrections", message)
    batch.corrections[str(row_no)] = {**batch.corrections.get(str(row_no), {}), **known}
    batch.save(update_fields=["corrections"])
    audit.record(actor, "file.row_mended", batch, detail={"row": row_no, "values": known})
    _read_again(batch, row, {**raw_of(row), **known})
    with override(None):
        checking.preview(batch)
    return batch


def _read_again(batch: ImportBatch, row: ImportRow, texts: dict[str, str]) -> None:
    cells: list[Any] = [""] * (max(batch.mapping.values()) + 1)
    for name, index in batch.mapping.items():
        cells[index] = texts.get(name, "")
    row_no = row.row_no
    ImportRow.objects.filter(batch_id=batch.pk, row_no=row_no).delete()
    RowError.objects.filter(batch_id=batch.pk, row_no=row_no).delete()
    stage = Stage(batch.pk)
    with override(None):
        checking.stage_row(checking.reader_of(batch), stage, row_no, cells)
        stage.write()


def raw_of(row: ImportRow) -> dict[str, str]:
    """The cells of a row by field, as text: as they came when it could not be read, else as understood."""
    if row.raw is not None:
        return dict(row.raw)
    return {name: _shown(getattr(row, name, "")) for name in BY_NAME}


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Y" if value else ""
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text and text.replace(".", "").isdigit() else text


@transaction.atomic
def confirm(*, actor: Actor, batch_id: int, leave_out_bad: bool = False, knows_of_loss: bool = False) -> ImportBatch:
    """Book what was checked. Bad rows are left out only when the person says so (row 38)."""
    batch = _locked(actor, batch_id)
    _expect(batch, BatchState.READY)
    _check_confirmable(batch, leave_out_bad)
    batch.leave_out_bad, batch.knows_of_loss, batch.state = leave_out_bad, knows_of_loss, BatchState.BOOKING
    batch.save(update_fields=["leave_out_bad", "knows_of_loss", "state"])
    audit.record(actor, "file.confirmed", batch, detail={"leave_out": batch.rows_bad if leave_out_bad else 0})
    wake(batch.pk)
    return batch


def _check_confirmable(batch: ImportBatch, leave_out_bad: bool) -> None:
    if not batch.rows_good:
        raise DomainError(
            "nothing_to_book", _("No row of the file is right yet. Mend the rows or upload another file.")
        )
    if batch.rows_bad and not leave_out_bad:
        message = _("%(count)s rows are not right. Mend them, or tick that they are left out.")
        raise DomainError("bad_rows", message, field="leave_out_bad", count=batch.rows_bad)
    busy = ImportBatch.objects.filter(policyholder_id=batch.policyholder_id, state=BatchState.BOOKING)
    if busy.exclude(pk=batch.pk).exists():
        raise DomainError(
            "another_is_booked",
            _("Another file of yours is being booked. Confirm this one when that is done."),
            status=409,
        )


@transaction.atomic
def discard(*, actor: Actor, batch_id: int) -> ImportBatch:
    """Drop a file that is not booked."""
    batch = _locked(actor, batch_id)
    _expect(batch, BatchState.UPLOADED, BatchState.MAPPING, BatchState.READY, BatchState.FAILED)
    batch.state = BatchState.DISCARDED
    batch.save(update_fields=["state"])
    ImportRow.objects.filter(batch_id=batch.pk).delete()
    RowError.objects.filter(batch_id=batch.pk).delete()
    audit.record(actor, "file.discarded", batch)
    return batch


def try_lock(batch_id: int) -> bool:
    """One worker a batch; held by the connection until `unlock` or its end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_BATCH_LOCK, batch_id])
        return bool(cursor.fetchone()[0])


def unlock(batch_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_BATCH_LOCK, batch_id])


_BATCH_LOCK = 7_311
