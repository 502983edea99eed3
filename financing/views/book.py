"""The book of financing: a bank reads and exports its own lines, the auditor all."""

from __future__ import annotations

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from financing import book, pages
from financing.forms import book_filters
from sinosure.accounts.access import access
from sinosure.accounts.access import request_actor as actor_of
from sinosure.ui.pages import page
from sinosure.ui.paging import keyset_page


@access("financing.book")
def book_list(request: HttpRequest) -> HttpResponseBase:
    actor, form = actor_of(request), book_filters(request.GET)
    shown = keyset_page(book.lines(actor, **form.chosen()), request)
    return page(request, "financing/book.html", {"page": shown, "filters": form, "tabs": pages.tabs("book", actor)})


@access("financing.book")
def book_export(request: HttpRequest) -> HttpResponseBase:
    """JSON lines with the chain and a digest, as docs/check_financing_export.py reads them."""
    lines = book.export_lines(actor_of(request))
    response = StreamingHttpResponse((line.encode() for line in lines), content_type="application/x-ndjson")
    response["Content-Disposition"] = 'attachment; filename="financing-ledger.jsonl"'
    return response
