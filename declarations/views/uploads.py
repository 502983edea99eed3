"""Files of shipments: hand in, watch the check, confirm the columns, mend, book."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from declarations import selectors
from declarations.importer import checking, services
from declarations.importer.columns import BY_NAME, COLUMNS
from declarations.models import BatchState, CoverReason, ImportBatch
from declarations.upload_forms import ConfirmForm, MappingForm, RowForm, UploadForm
from declarations.views.shared import actor_of
from policies.selectors import acts_as_insured
from sinosure.accounts.access import access
from sinosure.core.errors import DomainError
from sinosure.core.money import Money
from sinosure.core.tables.sniffing import LARGEST_FILE
from sinosure.reference.models import in_chinese
from sinosure.ui.export import FORMULA_STARTS, XLSX
from sinosure.ui.pages import act, form_page, page
from sinosure.ui.paging import keyset_page
from sinosure.ui.parts import RailStep, Tile

FORM_OVERHEAD = 1024 * 1024
ROWS_SHOWN = 25


def _capped(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """413 by Content-Length, before anything of the body is read; the token is checked after that."""

    @csrf_exempt
    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > LARGEST_FILE + FORM_OVERHEAD:
            raise DomainError("file_too_large", _("The file is larger than 64 MB. Split it."), "file", 413)
        return csrf_protect(view)(request, *args, **named)

    return guarded


def upload_url(batch: ImportBatch) -> str:
    return reverse("declarations:upload", args=[batch.pk])


@access("declarations.view")
@_capped
def upload_list(request: HttpRequest) -> HttpResponseBase:
    """The files handed in, and the form for the next one."""
    actor = actor_of(request)
    may_upload = acts_as_insured(actor) and actor.can("declarations.declare")
    policies = selectors.uploading_policies(actor) if may_upload else selectors.uploading_policies(actor).none()
    form = UploadForm(request.POST or None, request.FILES or None, policies=policies)
    shown = keyset_page(selectors.batches(actor), request, order=("-id",))
    return form_page(
        request,
        "declarations/uploads/list.html",
        form,
        lambda data: services.receive(actor=actor, policy_id=data["policy"].pk, upload=data["file"]),
        upload_url,
        context={"page": shown, "may_upload": may_upload and policies.exists(), "show_insured": not actor.is_exporter},
    )


def _batch(request: HttpRequest, pk: int) -> ImportBatch:
    return get_object_or_404(selectors.batches(actor_of(request)).select_related("policyholder"), pk=pk)


@access("declarations.view")
def upload_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One file, whatever its state; the part that moves is fetched again every two seconds while work goes on."""
    batch, actor = _batch(request, pk), actor_of(request)
    may_act = actor.may("declarations.declare", batch)
    context: dict[str, Any] = {"batch": batch, "rail": _rail(batch), "may_act": may_act, "facts": _facts(batch)}
    if request.headers.get("HX-Request"):
        if batch.is_in_work:
            return page(request, "declarations/uploads/_progress.html", context)
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    if batch.state == BatchState.MAPPING:
        context |= _mapping_context(batch, MappingForm(batch=batch))
    if batch.state in (BatchState.READY, BatchState.BOOKED):
        context |= _preview_context(request, batch)
    if batch.state == BatchState.FAILED:
        failure = batch.failure
        error = DomainError(failure.get("code", ""), _(failure.get("message", "")), **failure.get("params", {}))
        context["failure"] = error.text if failure.get("message") else ""
    return page(request, "declarations/uploads/detail.html", context)


def _facts(batch: ImportBatch) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = [
        (_("File"), batch.file_name),
        (_("Policy"), str(batch.policy)),
        (_("Uploaded"), batch.uploaded_at),
        (_("By"), batch.uploaded_by.name if batch.uploaded_by else ""),
        (_("Encoding"), batch.encoding),
        (_("Rows"), batch.rows_total or ""),
        (_("Booked at"), batch.booked_at or ""),
        ("SHA-256", f"{batch.sha256[:16]}…"),
    ]
    return [(label, value) for label, value in found if value != ""]


def _rail(batch: ImportBatch) -> list[RailStep]:
    order = [BatchState.UPLOADED, BatchState.MAPPING, BatchState.READY, BatchState.BOOKED]
    labels = [_("Uploaded"), _("Read and checked"), _("Confirmed by you"), _("Booked")]
    reached = {BatchState.CHECKING: 1, BatchState.BOOKING: 3, BatchState.FAILED: 1, BatchState.DISCARDED: 2}
    now = order.index(BatchState(batch.state)) if batch.state in order else reached[BatchState(batch.state)]
    is_over = batch.state == BatchState.BOOKED
    return [
        RailStep(label, "done" if place < now or is_over else "now" if place == now else "next")
        for place, label in enumerate(labels)
    ]


def _mapping_context(batch: ImportBatch, form: MappingForm) -> dict[str, Any]:
    doubts = batch.layout.get("doubts", {})
    notes = [
        (doubts.get("encoding"), _("The letters were read as %(value)s. Are the samples below readable?")),
        (doubts.get("hidden_rows"), _("Hidden rows will be read as well: %(value)s.")),
        (doubts.get("other_sheets"), _("Only the first visible sheet is read, not: %(value)s.")),
        (doubts.get("unknown"), _("These columns are not known here and are passed over: %(value)s.")),
        (
            doubts.get("missing") and [BY_NAME[n].label for n in doubts["missing"]],
            _("Say below which column holds: %(value)s."),
        ),
    ]
    shown = [str(text) % {"value": _listed(value)} for value, text in notes if value]
    return {"form": form, "notes": shown, "headings": batch.layout["headings"], "sample": batch.layout["sample"]}


def _listed(value: Any) -> str:
    return ", ".join(str(one) for one in value[:30]) if isinstance(value, list) else str(value)


def _preview_context(request: HttpRequest, batch: ImportBatch) -> dict[str, Any]:
    shown, currency = batch.preview, batch.policy.currency
    tiles = [
        Tile(_("Shipments"), shown.get("lines", 0), note=f"{shown.get('first', '')} – {shown.get('last', '')}"),
        Tile(_("Declared value"), Decimal(shown.get("value", 0)), currency),
        Tile(_("Covered"), Decimal(shown.get("covered", 0)), currency),
        Tile(
            _("Not covered"),
            Decimal(shown.get("uncovered", 0)),
            currency,
            tone="amber" if Decimal(shown.get("uncovered", 0)) else "",
        ),
        Tile(_("Premium"), Decimal(shown.get("premium", 0)), currency),
    ]
    reasons = [
        (CoverReason(why).label if why else _("Covered in full"), count, Money(Decimal(total), currency))
        for why, count, total in shown.get("by_reason", [])
    ]
    faults = selectors.faults_of(batch) if batch.state == BatchState.READY else selectors.faults_of(batch).none()
    return {
        "tiles": tiles,
        "reasons": reasons,
        "by_currency": [(count, Money(Decimal(total), code)) for code, count, total in shown.get("by_currency", [])],
        "by_buyer": [
            (code, name, n, *(Money(Decimal(s), currency) for s in sums))
            for code, name, n, *sums in shown.get("by_buyer", [])
        ],
        "faults": keyset_page(faults, request, order=("row_no", "id"), size=ROWS_SHOWN),
        "form": ConfirmForm(batch=batch),
        "fault_counts": [
            {**one, "label": BY_NAME[one["column"]].label if one["column"] in BY_NAME else one["column"]}
            for one in checking.faults_by_code(batch)
        ]
        if batch.state == BatchState.READY
        else [],
        "labels": {column.name: column.label for column in COLUMNS},
        "totals_rows": batch.layout.get("totals_rows", []),
    }


@access("declarations.declare")
@require_POST
def upload_mapping(request: HttpRequest, pk: int) -> HttpResponseBase:
    batch, actor = _batch(request, pk), actor_of(request)
    if batch.state != BatchState.MAPPING:
        return redirect(upload_url(batch))
    form = MappingForm(request.POST, batch=batch)
    answer = act(
        request,
        form,
        lambda data: services.confirm_mapping(actor=actor, batch_id=pk, columns=form.columns()),
        upload_url,
    )
    if answer is not None:
        return answer
    context = {
        "batch": batch,
        "rail": _rail(batch),
        "may_act": True,
        "facts": _facts(batch),
        **_mapping_context(batch, form),
    }
    return page(request, "declarations/uploads/detail.html", context, form)


@access("declarations.declare")
@require_POST
def upload_confirm(request: HttpRequest, pk: int) -> HttpResponseBase:
    batch, actor = _batch(request, pk), actor_of(request)
    form = ConfirmForm(request.POST, batch=batch)
    answer = act(request, form, lambda data: services.confirm(actor=actor, batch_id=pk, **form.asked()), upload_url)
    if answer is not None:
        return answer
    context = {
        "batch": batch,
        "rail": _rail(batch),
        "may_act": True,
        "facts": _facts(batch),
        **_preview_context(request, batch),
    }
    return page(request, "declarations/uploads/detail.html", {**context, "form": form}, form)


@access("declarations.declare")
@require_POST
def upload_discard(request: HttpRequest, pk: int) -> HttpResponseBase:
    actor = actor_of(request)
    answer = act(
        request,
        None,
        lambda: services.discard(actor=actor, batch_id=_batch(request, pk).pk),
        reverse("declarations:upload-list"),
        _("The upload is discarded."),
    )
    assert answer is not None
    return answer


@access("declarations.declare")
def upload_row(request: HttpRequest, pk: int, row_no: int) -> HttpResponseBase:
    """Mend one row in place."""
    batch, actor = _batch(request, pk), actor_of(request)
    row = selectors.row_of(batch, row_no)
    if row is None:
        raise Http404
    if batch.state != BatchState.READY:
        return redirect(upload_url(batch))
    faults = list(selectors.faults_of(batch).filter(row_no=row_no).order_by("id"))
    form = RowForm(request.POST or None, batch=batch, initial=services.raw_of(row), faults=faults)
    return form_page(
        request,
        "declarations/uploads/row.html",
        form,
        lambda data: services.mend(actor=actor, batch_id=pk, row_no=row_no, values=data),
        lambda after: _after_mending(after, row_no),
        context={
            "batch": batch,
            "row_no": row_no,
            "faults": [(one, BY_NAME[one.column].label if one.column in BY_NAME else one.column) for one in faults],
        },
    )


def _after_mending(batch: ImportBatch, row_no: int) -> str:
    """The row again while it is wrong, else the list of what is left."""
    if selectors.faults_of(batch).filter(row_no=row_no).exists():
        return reverse("declarations:upload-row", args=[batch.pk, row_no])
    return f"{upload_url(batch)}#faults"


@access("declarations.view")
@require_GET
def upload_bad_rows(request: HttpRequest, pk: int) -> FileResponse:
    """The rows that are not right, as they came, with what is wrong beside them; mend them in the sheet and upload that."""
    batch = _batch(request, pk)
    wrong: dict[int, list[str]] = {}
    for one in selectors.faults_of(batch).order_by("row_no", "id").iterator(2000):
        label = BY_NAME[one.column].label if one.column in BY_NAME else one.column
        wrong.setdefault(one.row_no, []).append(f"{label}: {one.text} [{one.code}]")
    rows = selectors.bad_rows(batch)
    listed = ((services.raw_of(row), row.row_no, "; ".join(wrong.get(row.row_no, []))) for row in rows.iterator(2000))
    return _sheet(listed, f"{batch.number}-bad-rows.xlsx", with_errors=True)


@access("declarations.view")
@require_GET
def upload_template(request: HttpRequest) -> FileResponse:
    """An empty file with the right headings and one example; columns of numbers of papers are text."""
    example = {column.name: column.example for column in COLUMNS}
    return _sheet([(example, 0, "")], "shipments-template.xlsx", with_errors=False)


def _sheet(rows: Any, name: str, with_errors: bool) -> FileResponse:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, text = book.add_worksheet(), book.add_format({"num_format": "@"})
    head, quoted = (
        book.add_format({"bold": True, "bottom": 1}),
        book.add_format({"num_format": "@", "quote_prefix": True}),
    )
    titles = [column.zh if in_chinese() else column.en for column in COLUMNS]
    extra = [str(_("Row")), str(_("What is wrong"))] if with_errors else []
    sheet.set_column(0, len(COLUMNS), 18, text)
    sheet.write_row(0, 0, [*titles, *extra], head)
    sheet.freeze_panes(1, 0)
    for y, (cells, row_no, errors) in enumerate(rows, start=1):
        for x, column in enumerate(COLUMNS):
            value = cells.get(column.name, "")
            if value:
                sheet.write_string(y, x, value, quoted if value.startswith(FORMULA_STARTS) else text)
        if with_errors:
            sheet.write_number(y, len(COLUMNS), row_no)
            sheet.write_string(y, len(COLUMNS) + 1, errors)
    book.close()
    buffer.seek(0)
    return FileResponse(buffer, as_attachment=True, filename=name, content_type=XLSX)
