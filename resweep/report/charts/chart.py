"""Chart: lines over two axes as a record that the terminal, the page and print all draw."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

T = TypeVar("T")
COLOURS = 7  # lines that a palette keeps apart


def evenly(records: Sequence[T], most: int) -> Sequence[T]:
    """At most `most` of the records, from the first to the last in even steps."""
    if len(records) <= most:
        return records
    step = (len(records) - 1) / (most - 1)
    return [records[round(i * step)] for i in range(most)]


class Axis(NamedTuple):
    """An axis: its label with the unit, whether it is logarithmic, and marks of its own, if any.

    On a logarithmic axis all coordinates are log10 of the values, since growth through a deep
    network may lie far beyond the range of a double. An axis that counts, such as blocks or epochs,
    is `whole`: nothing between two whole numbers is marked.
    """

    label: str
    log: bool = False
    marks: tuple[tuple[float, str], ...] = ()
    whole: bool = False


@dataclass(frozen=True)
class ChartLine:
    """One line of a chart.

    `x` and `y` are coordinates in the units of the chart's axes; points whose `y` is not finite
    leave a gap. `low` and `high` bound a band around the line and are empty where there is no
    spread. `colour` is the place of the arm in the palette, so that the measured and the predicted
    line of one arm share it; predictions are `dashed`.

    `joined` connects the points, `marked` draws them as dots. With `stepped` a value holds until
    the next point. With `barred` the bounds are a bar at each point, as intervals are that would
    hide each other as bands. A legend that is written in colours leaves out lines that are not
    `listed`; those behind others are `faint`.
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
    barred: bool = False
    stepped: bool = False
    faint: bool = False

    @property
    def finite(self) -> list[tuple[float, float]]:
        """The points whose `y` is a finite number."""
        return [(x, y) for x, y in zip(self.x, self.y, strict=True) if math.isfinite(y)]

    def segments(self) -> list[list[int]]:
        """The indices of the points that are connected: runs of neighbours with finite `y`."""
        parts: list[list[int]] = []
        gap = True
        for i, y in enumerate(self.y):
            if not math.isfinite(y):
                gap = True
            elif gap:
                parts.append([i])
                gap = False
            else:
                parts[-1].append(i)
        return parts

    def corners(self, segment: Sequence[int]) -> tuple[list[float], list[float]]:
        """The x and the y of the points through which the stroke of a segment passes."""
        x: list[float] = []
        y: list[float] = []
        for i in segment:
            if self.stepped and y:
                x.append(self.x[i])
                y.append(y[-1])
            x.append(self.x[i])
            y.append(self.y[i])
        return x, y


@dataclass(frozen=True)
class Chart:
    """Lines over common axes.

    `slug` is the stem of the chart's file name; `caption` says what is averaged over what. `solid`
    and `dashed` say in the legend what the two kinds of lines are, such as measured and predicted;
    they are empty where there is one kind.
    """

    slug: str
    title: str
    caption: str
    x: Axis
    y: Axis
    lines: tuple[ChartLine, ...]
    solid: str = ""
    dashed: str = ""

    @property
    def spread(self) -> bool:
        """Whether finite points stand at two places of the x axis: one place is no chart."""
        return len({x for line in self.lines for x, _ in line.finite}) > 1

    def extent(self) -> tuple[tuple[float, float], tuple[float, float]] | None:
        """((lowest x, highest x), (lowest y, highest y)) over all finite points and bands.

        None if no point is finite, in which case there is nothing to draw.
        """
        xs: list[float] = []
        ys: list[float] = []
        for line in self.lines:
            xs += [x for x, _ in line.finite]
            ys += [y for _, y in line.finite]
            ys += [bound for bound in (*line.low, *line.high) if math.isfinite(bound)]
        if not xs:
            return None
        return (min(xs), max(xs)), (min(ys), max(ys))
