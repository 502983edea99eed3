"""Figures that tell of no single firm (PLT-6): no cell from fewer than five, and none that the others give away. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

FEWEST = 5


@dataclass(frozen=True)
class Cell:
    """A figure and the number of firms behind it; `value` None when it is not told."""

    firms: int
    value: Decimal | None

    @property
    def is_hidden(self) -> bool:
        return self.value is None


HIDDEN = Cell(0, None)


@dataclass(frozen=True)
class Column:
    """One column of the table as it may be shown: a cell for each row and the total."""

    cells: Mapping[str, Cell]
    total: Cell


def plainly(cells: Mapping[str, Cell]) -> Column:
    """The column as it is, for those who see every firm anyway."""
    rows = cells.values()
    return Column(
        cells, Cell(sum(one.firms for one in rows), sum((one.value or Decimal(0) for one in rows), Decimal(0)))
    )


def told(cells: Mapping[str, Cell]) -> Column:
    """The column with what must not be told taken out.

    Cells of one to four firms are hidden. Whoever subtracts the rest from the total learns the sum of the hidden cells, so
    the smallest others are hidden too until that sum is of two cells and five firms at least; when there are none left, the
    total is not told either. A cell of no firm stays 0.
    """
    total = plainly(cells).total
    if 0 < total.firms < FEWEST:
        return Column({name: cell if not cell.firms else HIDDEN for name, cell in cells.items()}, HIDDEN)
    hidden = _hidden(cells)
    is_safe = not hidden or (len(hidden) > 1 and sum(cells[name].firms for name in hidden) >= FEWEST)
    shown = {name: HIDDEN if name in hidden else cell for name, cell in cells.items()}
    return Column(shown, total if is_safe else HIDDEN)


def _hidden(cells: Mapping[str, Cell]) -> Sequence[str]:
    """The names of the cells that are not told, smallest first."""
    by_size = sorted((name for name in cells if cells[name].firms), key=lambda name: (cells[name].firms, name))
    hidden = [name for name in by_size if cells[name].firms < FEWEST]
    for name in by_size[len(hidden) :]:
        if not hidden or (len(hidden) > 1 and sum(cells[one].firms for one in hidden) >= FEWEST):
            break
        hidden.append(name)
    return hidden
