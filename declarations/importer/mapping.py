"""Which column is which: by heading in Chinese or English, whatever the order; confirmed by the person when in doubt (row 37)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from declarations.importer.columns import COLUMNS, RESULT_HEADINGS
from sinosure.core.errors import DomainError
from sinosure.core.parsing import narrow
from sinosure.core.tables.limits import HEADER_WITHIN, MOST_COLUMNS

REQUIRED = tuple(column.name for column in COLUMNS if column.is_required)
_DECORATION = re.compile(r"[*＊:：]|\s+")
LEAST_KNOWN = 3


@dataclass(frozen=True)
class Heading:
    """The row of headings as found: its number, the texts, and the fields they were recognised as."""

    row_no: int
    texts: tuple[str, ...]
    mapping: dict[str, int]
    unknown: tuple[str, ...]
    is_certain: bool


def plain(text: Any) -> str:
    """A heading without case, stars, colons and blanks."""
    folded = narrow(str(text)).casefold().replace("（", "(").replace("）", ")")
    return _DECORATION.sub(" ", folded).strip()


EXACT = {plain(text): column.name for column in COLUMNS for text in (column.name, column.zh, column.en)}
LOOSE = {plain(text): column.name for column in reversed(COLUMNS) for text in column.also}
_RESULTS = {plain(text) for text in RESULT_HEADINGS}


def find_heading(rows: Iterable[tuple[int, Sequence[Any]]]) -> Heading:
    """The first of the first twenty rows that holds three known headings, else the first row. `no_rows` (400)."""
    first: Heading | None = None
    for seen, (row_no, cells) in enumerate(rows):
        if seen >= HEADER_WITHIN:
            break
        found = read_heading(row_no, cells)
        first = first or found
        if len(found.mapping) >= LEAST_KNOWN:
            return found
    if first is None:
        raise DomainError("no_rows", _("The file has no rows."), "file", 400)
    return first


def read_heading(row_no: int, cells: Sequence[Any]) -> Heading:
    texts = tuple(str(cell)[:80] for cell in cells[:MOST_COLUMNS])
    names = [plain(text) for text in texts]
    mapping: dict[str, int] = {}
    for known in (EXACT, LOOSE):
        for index, name in enumerate(names):
            if name in known and index not in mapping.values():
                mapping.setdefault(known[name], index)
    passed_over = [
        index for index, name in enumerate(names) if name and name not in _RESULTS and index not in mapping.values()
    ]
    unknown = [texts[index] for index in passed_over]
    is_certain = (
        not unknown and all(name in mapping for name in REQUIRED) and bool({"buyer_code", "bank_bic"} & set(mapping))
    )
    return Heading(row_no, texts, mapping, tuple(unknown), is_certain)


def missing(mapping: dict[str, int]) -> list[str]:
    """Required fields that no column is named for."""
    found = [name for name in REQUIRED if name not in mapping]
    return found if {"buyer_code", "bank_bic"} & set(mapping) else [*found, "buyer_code"]
