"""Bar and trend charts as server-rendered SVG: no script, prints, readable by a screen reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

LEFT, RIGHT, TOP, BOTTOM, STEPS = 38, 6, 18, 34, 4
SLOT, SCALE = 46, 1.2  # the least room of a column that keeps figures apart; pixels a unit on a wide page
LAST_LABEL, MOST_LABELS = 44, 5
CLEAN = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


def bars(title: Any, points: Iterable[Sequence[Any]], width: int = 360, height: int = 190) -> SafeString:
    """`points`: (label, value, css class b0–b3); `|` in a label breaks the line. The scale is rounded up to a clean step."""
    rows = [(str(label), Decimal(value), css) for label, value, css in points]
    step = clean_step(max((value for _, value, _ in rows), default=Decimal(0)))
    width = max(width, LEFT + RIGHT + SLOT * len(rows))
    frame = _Frame(width, height, step)
    said = "; ".join(f"{label.replace('|', ' ')} {value:,}" for label, value, _ in rows)
    return format_html(
        '<svg viewBox="0 0 {} {}" width="{}" role="img" aria-label="{}: {}">{}{}</svg>',
        width, height, round(width * SCALE), title, said, frame.grid(), frame.columns(rows),
    )  # fmt: skip


def trend(title: Any, points: Sequence[tuple[Any, Decimal]], width: int = 360, height: int = 180) -> SafeString:
    """A line over equal steps, such as months: (label, value). A few labels stand below it, the last value at its end."""
    frame = _Frame(width, height, clean_step(max((value for _, value in points), default=Decimal(0))))
    said = "; ".join(f"{label} {value:,}" for label, value in points)
    return format_html(
        '<svg viewBox="0 0 {} {}" width="{}" role="img" aria-label="{}: {}">{}{}</svg>',
        width, height, round(width * SCALE), title, said, frame.grid(), frame.line(points) if points else "",
    )  # fmt: skip


def clean_step(peak: Decimal) -> Decimal:
    """The smallest of 1, 2, 2.5, 5 × 10^n of which four cover `peak`."""
    if peak <= 0:
        return Decimal(1)
    unit = Decimal(10) ** (peak / STEPS).adjusted()
    return next(step * unit for step in CLEAN if step * unit * STEPS >= peak)


class _Frame:
    """Where a value stands in the picture."""

    def __init__(self, width: int, height: int, step: Decimal) -> None:
        self.width, self.height, self.step = width, height, step

    def y(self, value: Decimal) -> float:
        room = self.height - TOP - BOTTOM
        return round(self.height - BOTTOM - float(value / (self.step * STEPS)) * room, 1)

    def grid(self) -> SafeString:
        lines = [(i, self.y(i * self.step)) for i in range(STEPS + 1)]
        cells = [
            (LEFT - 6, y + 4, _short(i * self.step), "grid" if i else "axis", LEFT, self.width - RIGHT, y, y)
            for i, y in lines
        ]
        mark = '<text x="{}" y="{}" text-anchor="end">{}</text><line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        return format_html_join("", mark, cells)

    def line(self, points: Sequence[tuple[Any, Decimal]]) -> SafeString:
        slot = (self.width - LEFT - RIGHT - LAST_LABEL) / max(len(points) - 1, 1)
        places = [(f"{LEFT + LAST_LABEL / 2 + i * slot:.1f}", self.y(value)) for i, (_, value) in enumerate(points)]
        ground, path = self.y(Decimal(0)), " ".join(f"{x},{y}" for x, y in places)
        area = f"{places[0][0]},{ground} {path} {places[-1][0]},{ground}"
        (x, y), value = places[-1], _figure(points[-1][1])
        mark = '<polygon class="area" points="{}"/><polyline class="line" points="{}"/><circle class="b1" cx="{}" cy="{}" r="3"/>{}{}'
        end = format_html('<text class="val" x="{}" y="{}" text-anchor="end">{}</text>', x, f"{y - 7:.1f}", value)
        return format_html(mark, area, path, x, y, end, self._below(places, [label for label, _ in points]))

    def _below(self, places: list[tuple[str, float]], labels: list[Any]) -> SafeString:
        """The last label and every n-th before it, so that none touches the next."""
        every = -(-len(labels) // MOST_LABELS)
        shown = [i for i in range(len(labels)) if (len(labels) - 1 - i) % every == 0]
        cells = [(places[i][0], self.height - BOTTOM + 14, labels[i]) for i in shown]
        return format_html_join("", '<text x="{}" y="{}" text-anchor="middle">{}</text>', cells)

    def columns(self, rows: list[tuple[str, Decimal, str]]) -> SafeString:
        slot = (self.width - LEFT - RIGHT) / max(len(rows), 1)
        wide = min(34.0, slot * 0.62)
        return format_html_join(
            "", "{}", ((self._column(row, LEFT + slot * (i + 0.5), wide),) for i, row in enumerate(rows))
        )

    def _column(self, row: tuple[str, Decimal, str], mid: float, wide: float) -> SafeString:
        label, value, css = row
        y = self.y(value)
        top = (css, f"{mid - wide / 2:.1f}", y, f"{wide:.1f}", f"{self.y(Decimal(0)) - y:.1f}")
        rect = format_html('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>', *top)
        place = (f"{mid:.1f}", f"{y - 5:.1f}", _figure(value))
        figure = format_html('<text class="val" x="{}" y="{}" text-anchor="middle">{}</text>', *place)
        lines = ((f"{mid:.1f}", self.height - BOTTOM + 14 + 13 * n, text) for n, text in enumerate(label.split("|")))
        words = format_html_join("", '<text x="{}" y="{}" text-anchor="middle">{}</text>', lines)
        return format_html("{}{}{}", rect, figure, words)


def _figure(value: Decimal) -> str:
    """Above its column: no decimals from 1,000 on."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:,}"


def _short(value: Decimal) -> str:
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,f}".rstrip("0")
