"""HeatMap: a metric over two fields as a record that the terminal, the page and print all draw."""

import math
from dataclasses import dataclass, replace
from functools import cached_property

from resweep.report.charts.chart import evenly


@dataclass(frozen=True)
class HeatCell:
    """One cell of a heat map.

    `value` is the number that its colour shows (None: no number), `text` how it is written, `mark`
    the sign of the status that most failed runs of the cell have (empty if all ended ok), and
    `words` says everything about the cell in a sentence.
    """

    value: float | None
    text: str
    mark: str
    words: str


@dataclass(frozen=True)
class HeatMap:
    """A metric over two fields.

    `cells[row][column]` belongs to `row_texts[row]` and `column_texts[column]` and is None where
    nothing was run. With `log`, the cells' values are log10 of the metric.

    `scale` are the values that the ends of the colour scale stand for, so that maps of one metric
    can share it; without it they are the map's own lowest and highest value.
    """

    slug: str
    title: str
    caption: str
    metric: str
    rows: str
    columns: str
    row_texts: tuple[str, ...]
    column_texts: tuple[str, ...]
    cells: tuple[tuple[HeatCell | None, ...], ...]
    log: bool = False
    scale: tuple[float, float] | None = None

    @cached_property
    def ends(self) -> tuple[float, float] | None:
        """`extent`, found once for all cells."""
        numbers = [cell.value for cell in self.run_cells() if cell.value is not None]
        finite = [value for value in numbers if math.isfinite(value)]
        if not finite:
            return None
        return self.scale or (min(finite), max(finite))

    @property
    def spread(self) -> bool:
        """Whether there are two cells or more that hold something."""
        return len(self.run_cells()) > 1

    def run_cells(self) -> list[HeatCell]:
        """The cells where something was run, row by row."""
        return [cell for row in self.cells for cell in row if cell]

    def transposed(self) -> "HeatMap":
        """The same map with rows and columns exchanged."""
        return replace(
            self,
            rows=self.columns,
            columns=self.rows,
            row_texts=self.column_texts,
            column_texts=self.row_texts,
            cells=tuple(zip(*self.cells, strict=True)),
        )

    def thinned(self, most: int) -> "HeatMap":
        """The same map with at most `most` columns, from the first to the last in even steps."""
        kept = evenly(range(len(self.column_texts)), most)
        return replace(
            self,
            column_texts=tuple(self.column_texts[place] for place in kept),
            cells=tuple(tuple(row[place] for place in kept) for row in self.cells),
        )

    def extent(self) -> tuple[float, float] | None:
        """The values at the ends of the colour scale, None for a map without a number."""
        return self.ends

    def level(self, cell: HeatCell | None) -> float | None:
        """Where the cell's value lies on the colour scale, in [0, 1].

        None for a cell without a number; 0.5 where both ends of the scale are equal.
        """
        extent = self.ends
        if cell is None or cell.value is None or extent is None or math.isnan(cell.value):
            return None
        low, high = extent
        if high <= low:
            return 0.5
        return min(1.0, max(0.0, (cell.value - low) / (high - low)))
