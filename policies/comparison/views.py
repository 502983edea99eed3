"""产品对比: the public page that puts the five products side by side."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from policies.comparison import table
from policies.models import Product
from policies.wording import TAGS
from sinosure.accounts.access import PUBLIC, access
from sinosure.ui.pages import page


@access(PUBLIC)
def compare(request: HttpRequest) -> HttpResponse:
    """All five products, or those ticked; each value carries the letter of its origin."""
    chosen = [name for name in request.GET.getlist("product") if name in Product.values]
    columns = table.compared(chosen)
    context = {
        "columns": columns, "sections": table.sections(columns), "tags": TAGS,
        "products": [(value, label, not chosen or value in chosen) for value, label in Product.choices],
    }  # fmt: skip
    return page(request, "policies/compare.html", context)
