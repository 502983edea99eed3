"""Lists: sortable heads, pager, filters, export links, query strings."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sinosure.ui import parts

register = template.Library()


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: Any) -> str:
    return parts.query_with(context["request"], **changes)


@register.simple_tag(takes_context=True)
def sort_link(context: Context, label: Any, field: str) -> SafeString:
    """A link that sorts by `field`, descending on the second click."""
    now = context["request"].GET.get("sort", "")
    turned = f"-{field}" if now == field else field
    arrow = {field: " ↑", f"-{field}": " ↓"}.get(now, "")
    return format_html('<a href="{}">{}{}</a>', parts.query_with(context["request"], sort=turned), label, arrow)


@register.simple_tag(takes_context=True)
def th(context: Context, label: Any, field: str = "", **attributes: Any) -> SafeString:
    """A column head; with `field` it sorts. Named: class, sub (small text such as a currency)."""
    sub = format_html(' <span class="cur">{}</span>', attributes["sub"]) if attributes.get("sub") else ""
    css = format_html(' class="{}"', attributes["class"]) if attributes.get("class") else ""
    sorted_by = context["request"].GET.get("sort", "") if field else ""
    direction = {field: "ascending", f"-{field}": "descending"}.get(sorted_by, "") if field else ""
    aria = format_html(' aria-sort="{}"', direction) if direction else ""
    inner = sort_link(context, label, field) if field else label
    return format_html('<th scope="col"{}{}>{}{}</th>', css, aria, inner, sub)


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, page: Any) -> dict[str, Any]:
    return {"page": page, "request": context["request"]}


@register.inclusion_tag("components/filters.html", takes_context=True)
def filters(context: Context, form: Any) -> dict[str, Any]:
    """A GET form whose fields stay in the URL; the sorting is kept."""
    return {"form": form, "sort": context["request"].GET.get("sort", ""), "path": context["request"].path}


@register.inclusion_tag("components/export_links.html", takes_context=True)
def export_links(context: Context) -> dict[str, Any]:
    request = context["request"]
    return {"excel": parts.query_with(request, export="xlsx"), "csv": parts.query_with(request, export="csv")}


@register.simple_tag
def poll(url: str, seconds: int = 2) -> SafeString:
    """Attributes of a region that fetches itself again until the server answers without them."""
    return format_html('hx-get="{}" hx-trigger="every {}s" hx-swap="outerHTML" aria-live="polite"', url, seconds)


@register.simple_tag
def scroll(label: Any) -> SafeString:
    """Attributes of the box around a wide table: keyboard users can scroll it."""
    said = format_html("{}", label or _("Table"))
    return format_html('class="scroll" tabindex="0" role="region" aria-label="{}"', said)
