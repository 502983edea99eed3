"""The five products side by side: every value of the wordings in force, in words, with where it comes from (Rulebook §1.1)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from policies.comparison.words import LABELS, SECTIONS, WORDS
from policies.products import Offer, offers
from policies.risks import CoveredRisk
from policies.wording import Term
from sinosure.core.money import Money
from sinosure.ui.show import NOTHING
from sinosure.ui.show import ratio as in_percent


@dataclass(frozen=True)
class Cell:
    """One value in words. `tag` is H, P, L or D; `origin` says it in words; `products` are those that it holds for."""

    text: str
    tag: str
    origin: str
    products: tuple[Any, ...]


@dataclass(frozen=True)
class Row:
    """One key of the wordings; a single cell when all products that are compared share value and origin."""

    name: str
    label: Any
    cells: tuple[Cell, ...]

    @property
    def is_shared(self) -> bool:
        return len(self.cells) == 1 < len(self.cells[0].products)


def compared(chosen: Collection[str]) -> list[Offer]:
    """The products to compare; all five when none is chosen."""
    return [offer for offer in offers() if not chosen or offer.product in chosen]


def sections(columns: list[Offer]) -> list[tuple[Any, list[Row]]]:
    """Every key of the wordings, in the sections of the page."""
    return [(title, [_row(name, columns) for name in names]) for title, names in SECTIONS]


def _row(name: str, columns: list[Offer]) -> Row:
    cells = tuple(_cell(offer.terms.term(name), (offer.label,)) for offer in columns)
    if len({(cell.text, cell.tag, cell.origin) for cell in cells}) == 1:
        first = cells[0]
        cells = (Cell(first.text, first.tag, first.origin, tuple(offer.label for offer in columns)),)
    return Row(name, LABELS[name], cells)


def _cell(term: Term, products: tuple[Any, ...]) -> Cell:
    return Cell(in_words(term), term.tag if term.value is not None else "", term.origin, products)


def in_words(term: Term) -> str:
    """A value as a reader would say it."""
    if term.value is None:
        return NOTHING
    shown = next((show for ends, show in _BY_ENDING if term.name.endswith(ends)), _plain)
    return shown(term.value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return _all_risks(value) or _(", ").join(_plain(one) for one in value)
    return str(WORDS.get(str(value), value))


def _all_risks(value: list[str]) -> str:
    return _("All nine") if set(value) == set(CoveredRisk.values) else ""


def _ratios(value: dict[str, str]) -> str:
    """The ratio that most risks have, then the others by name."""
    usual = max(value.values(), key=list(value.values()).count)
    others = [
        f"{CoveredRisk(risk).label} {in_percent(Decimal(ratio))}" for risk, ratio in value.items() if ratio != usual
    ]
    return _("; ").join([in_percent(Decimal(usual)), *others])


def _days(value: Any) -> str:
    return _("%(days)s days") % {"days": value}


def _working_days(value: Any) -> str:
    return _("%(days)s working days") % {"days": value}


def _months(value: Any) -> str:
    return _("%(months)s months") % {"months": value}


def _usd(value: Any) -> str:
    return str(Money(Decimal(value), "USD"))


def _times(value: Any) -> str:
    return f"× {value}"


def _rate(value: Any) -> str:
    return f"{value} %"


_BY_ENDING: tuple[tuple[str, Callable[[Any], str]], ...] = (
    ("default_ratios", _ratios), ("working_days", _working_days), ("_days", _days), ("_months", _months),
    ("_ratio", lambda value: in_percent(Decimal(value))), ("_multiple_low", _times), ("_multiple_high", _times),
    ("number_prefix", str), ("experience_low", _times), ("experience_high", _times), ("rate_pct", _rate), ("buyer_cap", _usd),
    ("minimum_premium", _usd), ("policy_max_liability", _plain), ("max_liability", _usd), ("_below", _usd), ("_up_to", _usd),
)  # fmt: skip
