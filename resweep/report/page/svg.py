"""A chart as an SVG drawing: paths and marks in pixels, and what the pointer over it shows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isfinite, isnan
from typing import NamedTuple

from resweep.report.charts.chart import Axis, Chart, ChartLine, evenly
from resweep.report.charts.ticks import marks, padded
from resweep.report.numbers import DASH, fixed, from_log10, number
from resweep.report.page.powers import superscript

WIDTH, HEIGHT = 400, 250
LEFT, RIGHT, TOP, BOTTOM = 56, 8, 8, 40
BESIDE = 3.2  # pixels between points with bars that stand at one place
POINTS = 150  # of a line that are drawn
COLUMNS = 60  # columns that a pointer tells apart, and rows of the table of values
Point = tuple[float, float]
Bounds = tuple[float, float]


class Tick(NamedTuple):
    """A mark of an axis: where, in pixels, and its text."""

    at: float
    text: str


class Stroke(NamedTuple):
    """A line as SVG paths: the line itself, its band or its bars, and the points drawn as dots."""

    line: ChartLine
    path: str
    band: str
    bars: str
    points: tuple[Point, ...]


class Hit(NamedTuple):
    """A column under the pointer: its place in pixels, and what stands there.

    `at` is the coordinate in words, `values` are pairs of a line's label and its value.
    """

    x: float
    width: float
    at: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Drawing:
    """Everything that a template needs to write a chart as SVG.

    `thinned` says so where lines have more points than are drawn.
    """

    chart: Chart
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    strokes: tuple[Stroke, ...]
    hits: tuple[Hit, ...]
    thinned: str = ""


@dataclass(frozen=True)
class Plane:
    """The map from a chart's coordinates to pixels, from the bounds of both axes."""

    xs: Bounds
    ys: Bounds
    shift: float = 0.0  # pixels to the right

    def x(self, value: float) -> float:
        """The pixels from the left."""
        low, high = self.xs
        return LEFT + (value - low) / (high - low) * (WIDTH - LEFT - RIGHT) + self.shift

    def y(self, value: float) -> float:
        """The pixels from the top."""
        low, high = self.ys
        return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    def points(self, x: Sequence[float], y: Sequence[float], indices: Iterable[int]) -> list[Point]:
        """The points of the given indices, in pixels."""
        return [(self.x(x[i]), self.y(y[i])) for i in indices]


def drawing(whole: Chart) -> Drawing | None:
    """The drawing of a chart; None where its finite points do not stand at two places."""
    chart = replace(whole, lines=tuple(_thinned(line) for line in whole.lines))
    longest = max((len(line.x) for line in whole.lines), default=0)
    extent = chart.extent()
    if extent is None or not chart.spread:
        return None
    barred = any(line.barred for line in chart.lines)
    xs, ys = padded(*extent[0], share=0.06 if barred else 0.02), padded(*extent[1])
    plane = Plane(xs, ys)
    return Drawing(
        chart,
        x_ticks=tuple(
            Tick(plane.x(value), superscript(text)) for value, text in marks(chart.x, *xs)
        ),
        y_ticks=tuple(
            Tick(plane.y(value), superscript(text)) for value, text in marks(chart.y, *ys)
        ),
        strokes=tuple(_strokes(chart, plane)),
        hits=tuple(_hits(chart, plane)),
        thinned=f"{POINTS} of {longest:,} points are drawn." if longest > POINTS else "",
    )


def _thinned(line: ChartLine) -> ChartLine:
    """The line with at most `POINTS` points, from the first to the last in even steps."""
    if len(line.x) <= POINTS:
        return line
    kept = evenly(range(len(line.x)), POINTS)
    low = tuple(line.low[i] for i in kept) if line.low else ()
    high = tuple(line.high[i] for i in kept) if line.high else ()
    x, y = tuple(line.x[i] for i in kept), tuple(line.y[i] for i in kept)
    return replace(line, x=x, y=y, low=low, high=high)


def _strokes(chart: Chart, plane: Plane) -> Iterator[Stroke]:
    """The strokes of all lines; those with bars are set side by side around their place."""
    middle = (sum(line.barred for line in chart.lines) - 1) / 2
    place = 0
    for line in chart.lines:
        if line.barred:
            yield _stroke(line, replace(plane, shift=(place - middle) * BESIDE))
            place += 1
        else:
            yield _stroke(line, plane)


def _stroke(line: ChartLine, plane: Plane) -> Stroke:
    """The paths of a line. Where dots are not asked for, only points without neighbours get one."""
    segments = line.segments()
    paths: list[str] = []
    if line.joined:
        paths = [_traced(line, segment, plane) for segment in segments]
    dots: list[int] = []
    for segment in segments:
        if line.marked or len(segment) == 1:
            dots += segment
    points = plane.points(line.x, line.y, dots)
    band = "" if line.barred else _band(line, segments, plane)
    bars = _bars(line, plane) if line.barred else ""
    return Stroke(line, " ".join(paths), band, bars, tuple(points))


def _traced(line: ChartLine, segment: Sequence[int], plane: Plane) -> str:
    """The path along one segment of a line."""
    x, y = line.corners(segment)
    return _path(plane.points(x, y, range(len(x))))


def _band(line: ChartLine, segments: Sequence[Sequence[int]], plane: Plane) -> str:
    """The closed path between the upper and the lower bound of each segment."""
    if not line.low:
        return ""
    paths = []
    for segment in segments:
        bounded = [i for i in segment if isfinite(line.low[i]) and isfinite(line.high[i])]
        if len(bounded) > 1:
            upper = plane.points(line.x, line.high, bounded)
            lower = plane.points(line.x, line.low, reversed(bounded))
            paths.append(_path(upper + lower) + "Z")
    return " ".join(paths)


def _bars(line: ChartLine, plane: Plane) -> str:
    """An upright bar at each point that has bounds."""
    bars = []
    for x, low, high in zip(line.x, line.low, line.high, strict=False):
        if isfinite(low) and isfinite(high) and low < high:
            bars.append(f"M{plane.x(x):.1f} {plane.y(low):.1f}V{plane.y(high):.1f}")
    return "".join(bars)


def _path(points: Iterable[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _hits(chart: Chart, plane: Plane) -> Iterator[Hit]:
    """One column for each measured x, from halfway to its neighbours; of many x only some."""
    measured: set[float] = set()
    for line in chart.lines:
        if not line.dashed:
            measured.update(line.x)
    ordered = sorted(measured)
    step = -(-len(ordered) // COLUMNS)
    places = sorted({*ordered[::step], ordered[-1]})
    pixels = [plane.x(x) for x in places]
    middles = [(a + b) / 2 for a, b in pairwise(pixels)]
    edges = [LEFT, *middles, WIDTH - RIGHT]
    for x, (left, right) in zip(places, pairwise(edges), strict=True):
        values = []
        for line in chart.lines:
            text = " · ".join(_values(line, x, chart.y))
            if text:
                values.append((line.label, text))
        yield Hit(
            left, max(0.0, right - left), f"{chart.x.label} {_number(x, chart.x)}", tuple(values)
        )


def _values(line: ChartLine, x: float, axis: Axis) -> Iterator[str]:
    """The line's value at `x` with its band; several where several points share `x`."""
    for i, here in enumerate(line.x):
        if here != x:
            continue
        band = ""
        if line.low and line.low[i] != line.high[i]:
            band = f" ({_number(line.low[i], axis)} to {_number(line.high[i], axis)})"
        yield _number(line.y[i], axis) + band


def _number(value: float, axis: Axis) -> str:
    if isnan(value):
        return DASH
    if axis.log:
        return from_log10(value)
    if not isfinite(value) or value == int(value):
        return f"{value:g}"
    return fixed(value) if abs(value) < 100 else number(value)
