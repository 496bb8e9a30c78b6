"""Chart: lines over two axes as a record, the same for terminal, page and print."""

import math
from dataclasses import dataclass
from typing import NamedTuple

COLOURS = 7  # lines that a palette keeps apart


class Axis(NamedTuple):
    """What is on it, with its unit; `log`: coordinates are log10 of the values, as a double does not hold them all."""

    label: str
    log: bool = False


@dataclass(frozen=True)
class Line:
    """One line, with a band from `low` to `high` if there is a spread; `colour` counts arms, `dashed` is theory.

    `joined` draws the line, `marked` its points. A legend in colours leaves out lines not `listed`.
    """

    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    colour: int = 0
    dashed: bool = False
    marked: bool = False
    joined: bool = True
    listed: bool = True

    @property
    def finite(self) -> list[tuple[float, float]]:
        return [(x, y) for x, y in zip(self.x, self.y, strict=True) if math.isfinite(y)]

    def segments(self) -> list[list[int]]:
        """The indices of consecutive finite points."""
        found: list[list[int]] = [[]]
        for i, y in enumerate(self.y):
            if math.isfinite(y):
                found[-1].append(i)
            elif found[-1]:
                found.append([])
        return [segment for segment in found if segment]


@dataclass(frozen=True)
class Chart:
    """Lines over common axes; `slug` names its file, `caption` says what is averaged over what."""

    slug: str
    title: str
    caption: str
    x: Axis
    y: Axis
    lines: tuple[Line, ...]

    def extent(self) -> tuple[tuple[float, float], tuple[float, float]] | None:
        """((x low, x high), (y low, y high)) of all that is finite, None if nothing is."""
        xs = [x for line in self.lines for x, _ in line.finite]
        ys = [y for line in self.lines for _, y in line.finite]
        bands = [y for line in self.lines for y in (*line.low, *line.high) if math.isfinite(y)]
        return ((min(xs), max(xs)), (min(ys + bands), max(ys + bands))) if xs else None


@dataclass(frozen=True)
class Square:
    """One cell of a heat map: its value, how it is written, a mark for its statuses, and everything else in words."""

    value: float | None
    text: str
    mark: str
    words: str


@dataclass(frozen=True)
class HeatMap:
    """Squares[row][column] over two axes, None where nothing was run; `log`: values are log10 of the metric."""

    slug: str
    title: str
    caption: str
    metric: str
    rows: str
    columns: str
    row_texts: tuple[str, ...]
    column_texts: tuple[str, ...]
    squares: tuple[tuple[Square | None, ...], ...]
    log: bool = False

    def extent(self) -> tuple[float, float] | None:
        """Lowest and highest finite value, None if there is none."""
        values = [
            s.value
            for row in self.squares
            for s in row
            if s and s.value is not None and math.isfinite(s.value)
        ]
        return (min(values), max(values)) if values else None

    def level(self, square: Square | None) -> float | None:
        """Where the square's value lies between lowest and highest, in [0, 1]; None for no number."""
        extent = self.extent()
        if square is None or square.value is None or extent is None or math.isnan(square.value):
            return None
        low, high = extent
        return min(1.0, max(0.0, (square.value - low) / (high - low))) if high > low else 0.5
