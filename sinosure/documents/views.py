"""Download letters and attachments; confirm a verification code in public."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header

from sinosure.accounts.access import PUBLIC, access
from sinosure.documents import checking, services
from sinosure.documents.models import Attachment, Document
from sinosure.ui.pages import page
from sinosure.ui.paging import keyset_page


@access("documents.view")
def document_list(request: HttpRequest) -> HttpResponse:
    rows = Document.objects.visible_to(request.actor)
    return page(request, "documents/list.html", {"page": keyset_page(rows, request, order=("-id",))})


@access("documents.view")
def document_download(request: HttpRequest, pk: int) -> FileResponse:
    document = get_object_or_404(Document.objects.visible_to(request.actor), pk=pk)
    rendition = services.rendition_of(document)
    return _file(rendition.file.open(), f"{document.title_zh}-{document.number}.pdf", "application/pdf", inline=True)


@access("documents.view")
def attachment_download(request: HttpRequest, pk: int) -> FileResponse:
    attachment = get_object_or_404(Attachment.objects.visible_to(request.actor), pk=pk)
    return _file(attachment.file.open(), attachment.name, attachment.content_type, inline=False)


@access(PUBLIC)
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """What a code confirms is no more than what the paper shows: kind, number, date and hash; and whether it still holds."""
    code = (code or request.GET.get("code", "")).strip().upper()
    found = checking.of_code(code)
    context = {"code": code, "document": found, "standing": checking.standing(found)}
    return page(request, "documents/verify.html", context)


def _file(content: object, name: str, content_type: str, *, inline: bool) -> FileResponse:
    response = FileResponse(content, content_type=content_type)  # type: ignore[arg-type]
    response["Content-Disposition"] = content_disposition_header(not inline, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    return response
