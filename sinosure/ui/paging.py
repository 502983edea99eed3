"""Keyset paging: page by the values of the last row, so that the ten-thousandth page costs what the first does."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Field, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sinosure.core.errors import DomainError
from sinosure.ui.parts import query_with

COUNT_CAP = 1000


@dataclass(frozen=True)
class Page:
    """Rows of one page with the links onward and back; `total` counts lazily, at most to the cap."""

    rows: list[Any]
    queryset: QuerySet[Any]
    next_url: str
    previous_url: str

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def count(self) -> int:
        """Rows in all, COUNT_CAP + 1 standing for more."""
        return self.queryset.order_by()[: COUNT_CAP + 1].count()

    @property
    def total(self) -> str:
        return f"{COUNT_CAP:,}+" if self.count > COUNT_CAP else f"{self.count:,}"


def keyset_page(queryset: QuerySet[Any], request: HttpRequest, order: Sequence[str] = ("-id",), size: int = 25) -> Page:
    """The page after (or before) the cursor in the URL. The last column of `order` is unique, none is NULL.

    Raises DomainError `bad_cursor` (400).
    """
    backwards = "before" in request.GET
    cursor = request.GET.get("before") or request.GET.get("after") or ""
    way = [_turned(column) for column in order] if backwards else list(order)
    rows_after = queryset.order_by(*way)
    if cursor:
        rows_after = rows_after.filter(_beyond(way, _values(queryset, order, cursor)))
    found = list(rows_after[: size + 1])
    rows, more = found[:size], len(found) > size
    if backwards:
        rows.reverse()
    return Page(
        rows=rows,
        queryset=queryset,
        next_url=_link(request, "after", order, rows[-1:]) if more or backwards else "",
        previous_url=_link(request, "before", order, rows[:1]) if (more if backwards else cursor) else "",
    )


def _turned(column: str) -> str:
    return column.removeprefix("-") if column.startswith("-") else f"-{column}"


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after `values`: a < x or (a = x and b < y) …, with a ≤ x in front so that an index range is enough."""
    condition, equal = Q(), Q()
    for column, value in zip(order, values, strict=True):
        name, sign = column.removeprefix("-"), "lt" if column.startswith("-") else "gt"
        condition |= equal & Q(**{f"{name}__{sign}": value})
        equal &= Q(**{name: value})
    first, sign = order[0].removeprefix("-"), "lte" if order[0].startswith("-") else "gte"
    return Q(**{f"{first}__{sign}": values[0]}) & condition


def _link(request: HttpRequest, parameter: str, order: Sequence[str], rows: list[Any]) -> str:
    return query_with(request, **{parameter: encode(rows[0], order)}) if rows else ""


def encode(row: Any, order: Sequence[str]) -> str:
    """Where a row stands, as text for the URL."""
    values = [str(_read(row, column.removeprefix("-"))) for column in order]
    return base64.urlsafe_b64encode(json.dumps(values, ensure_ascii=False).encode()).decode().rstrip("=")


def _read(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return row.isoformat() if hasattr(row, "isoformat") else row


def _values(queryset: QuerySet[Any], order: Sequence[str], cursor: str) -> list[Any]:
    try:
        texts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(texts, list) or len(texts) != len(order) or not all(isinstance(text, str) for text in texts):
            raise ValueError("wrong shape")
        return [_checked(_column(queryset, name), text) for name, text in zip(order, texts, strict=True)]
    except (binascii.Error, UnicodeError, ValueError, ValidationError) as error:
        message = _("This place in the list does not exist. Start again at its beginning.")
        raise DomainError("bad_cursor", message, status=400) from error


def _checked(column: Any, text: str) -> Any:
    value = column.to_python(text)
    if (isinstance(value, int) and abs(value) > 2**63 - 1) or "\x00" in text:
        raise ValueError("out of range")
    return value


def _column(queryset: QuerySet[Any], path: str) -> Field[Any, Any]:
    """The column or annotation behind an order term."""
    path = path.removeprefix("-")
    annotation = queryset.query.annotations.get(path)
    if annotation is not None:
        return annotation.output_field
    model: Any = queryset.model
    *relations, last = path.split("__")
    for relation in relations:
        model = model._meta.get_field(relation).related_model
    try:
        return model._meta.pk if last == "pk" else model._meta.get_field(last)
    except FieldDoesNotExist as error:
        raise LookupError(f"{path} is not a column of {model}") from error


def sort_order(request: HttpRequest, allowed: dict[str, str], default: str, unique: str = "id") -> tuple[str, ...]:
    """The order asked for by `?sort=`, out of `allowed` {name: column}, made total by `unique`."""
    asked = request.GET.get("sort", "")
    column = allowed.get(asked.removeprefix("-"), "")
    first = f"-{column}" if column and asked.startswith("-") else column or default
    last = f"-{unique}" if first.startswith("-") else unique
    return (first,) if first == last else (first, last)
