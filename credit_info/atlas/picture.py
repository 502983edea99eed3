"""The world as tiles: one square a country, drawn on the server as SVG by region. No map data, prints, read out by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from credit_info.atlas.selectors import CountryRow
from sinosure.reference.models import CoverStatus
from sinosure.reference.regions import Region
from sinosure.ui.show import plain_amount

COLUMNS, SIDE, TALL, GAP = 9, 36, 38, 3
COLOURS = (("class", _("Risk class")), ("status", _("Cover status")), ("open", _("Open receivables")))
_SIGNS = {
    CoverStatus.OPEN: pgettext_lazy("cover", "open"), CoverStatus.RESTRICTED: pgettext_lazy("cover", "restr."),
    CoverStatus.SUSPENDED: pgettext_lazy("cover", "stop"),
}  # fmt: skip
_TONES = {"A": "green", "B": "blue", "C": "grey", "D": "amber", "E": "red"}
STEPS = (Decimal(0), Decimal(100_000), Decimal(500_000), Decimal(2_000_000), Decimal(10_000_000))


@dataclass(frozen=True)
class Part:
    """A region with its countries, their picture, and what is open there."""

    region: Region
    rows: list[CountryRow]
    picture: SafeString

    @property
    def open(self) -> Decimal:
        return sum((row.totals.amount("open") for row in self.rows), Decimal(0))


def tile_map(rows: Sequence[CountryRow], colour: str) -> list[Part]:
    """The regions in the order of the rows."""
    grouped = [(region, list(found)) for region, found in groupby(rows, key=lambda row: row.region)]
    return [Part(region, found, _region(region, found, colour)) for region, found in grouped]


def legend(colour: str) -> list[tuple[str, Any]]:
    """(css class, words) of each colour."""
    if colour == "status":
        return [(f"tile--{status.tone}", status.label) for status in CoverStatus]  # type: ignore[attr-defined]
    if colour == "open":
        marks = [f"≤ USD {short(step)}" for step in STEPS[1:]] + [f"> USD {short(STEPS[-1])}"]
        return [("tile--0", _("None")), *[(f"tile--{n}", mark) for n, mark in enumerate(marks, 1)]]
    return [(f"tile--{tone}", _("Class %(letter)s") % {"letter": letter}) for letter, tone in _TONES.items()]


def _region(region: Region, rows: list[CountryRow], colour: str) -> SafeString:
    lines = -(-len(rows) // COLUMNS)
    tiles = format_html_join("", "{}", ((_tile(row, n, colour),) for n, row in enumerate(rows)))
    return format_html(
        '<svg class="tilemap" viewBox="-1 -1 {} {}" role="group" aria-label="{}">{}</svg>',
        COLUMNS * (SIDE + GAP) - GAP + 2, lines * (TALL + GAP) - GAP + 2, region, tiles,
    )  # fmt: skip


def _tile(row: CountryRow, place: int, colour: str) -> SafeString:
    x, y = place % COLUMNS * (SIDE + GAP), place // COLUMNS * (TALL + GAP)
    css, sign = _look(row, colour)
    return format_html(
        '<a href="{}" aria-label="{}"><title>{}</title><rect class="tile {}" x="{}" y="{}" width="{}" height="{}" rx="4"/>'
        '<text class="tile__code {}" x="{}" y="{}" text-anchor="middle">{}</text>'
        '<text class="tile__sign {}" x="{}" y="{}" text-anchor="middle">{}</text></a>',
        reverse("credit_info:country-detail", args=[row.country.pk]), said(row), said(row), css, x, y, SIDE, TALL,
        css, x + SIDE // 2, y + 17, row.country.pk, css, x + SIDE // 2, y + 31, sign,
    )  # fmt: skip


def _look(row: CountryRow, colour: str) -> tuple[str, Any]:
    """Css class, and the sign under the code: colour is never alone."""
    if colour == "status":
        status = CoverStatus(row.country.cover_status)
        return f"tile--{status.tone}", _SIGNS[status]  # type: ignore[attr-defined]
    if colour == "open":
        usd = row.totals.amount("open")
        return f"tile--{sum(usd > step for step in STEPS)}", short(usd) if usd else "–"
    return f"tile--{_TONES[row.country.risk_class]}", row.country.risk_class


def said(row: CountryRow) -> str:
    """The tile in words: name, class, cover, what is open."""
    country = row.country
    words = [str(country), _("class %(letter)s") % {"letter": country.risk_class}, country.get_cover_status_display()]
    if row.totals.amount("open"):
        words.append(_("open USD %(amount)s") % {"amount": plain_amount(row.totals.amount("open"), "USD")})
    return " · ".join(str(word) for word in words)


def short(usd: Decimal) -> str:
    """950k, 1.2m, 13m: at most four characters."""
    if usd >= 9_950_000:
        return f"{usd / 1_000_000:,.0f}m"
    if usd >= 999_500:
        return f"{usd / 1_000_000:.1f}m"
    return f"{usd / 1000:.0f}k" if usd >= 500 else "<1k"
