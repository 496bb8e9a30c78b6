"""A chart as an SVG drawing: paths in pixels, marks, and what a pointer over each column of it is told."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from resweep.report.charts.chart import Axis, Chart, Line
from resweep.report.charts.ticks import padded, ticks
from resweep.report.numbers import DASH, fixed, from_log10, number

WIDTH, HEIGHT = 400, 250
LEFT, RIGHT, TOP, BOTTOM = 56, 8, 8, 40
COLUMNS = 60  # columns that a pointer tells apart, and rows of the table of values
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Mark(NamedTuple):
    """A tick: where, in pixels, and its text."""

    at: float
    text: str


class Stroke(NamedTuple):
    """A line as SVG paths: the line itself, its band, its points."""

    label: str
    colour: int
    dashed: bool
    listed: bool
    path: str
    band: str
    points: tuple[tuple[float, float], ...]


class Hit(NamedTuple):
    """A column under the pointer: its place, and what stands there as (label, value) pairs."""

    x: float
    width: float
    at: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Drawing:
    """Everything a template needs to write the SVG."""

    chart: Chart
    x_marks: tuple[Mark, ...]
    y_marks: tuple[Mark, ...]
    strokes: tuple[Stroke, ...]
    hits: tuple[Hit, ...]


def drawing(chart: Chart) -> Drawing | None:
    """None where the chart has no finite point."""
    extent = chart.extent()
    if extent is None:
        return None
    xs, ys = padded(*extent[0], share=0.02), padded(*extent[1])
    x_marks = tuple(Mark(_x(v, xs), superscript(text)) for v, text in ticks(*xs, chart.x.log))
    y_marks = tuple(Mark(_y(v, ys), superscript(text)) for v, text in ticks(*ys, chart.y.log))
    strokes = tuple(_stroke(line, xs, ys) for line in chart.lines)
    return Drawing(chart, x_marks, y_marks, strokes, tuple(_hits(chart, xs)))


def superscript(text: str) -> str:
    """1e44 -> 10⁴⁴, 2.5e-7 -> 2.5·10⁻⁷; other texts as they are."""
    found = re.fullmatch(r"(-?[\d.]+)e([+-]?\d+)", text)
    if not found:
        return text
    power = "10" + str(int(found[2])).translate(SUPERSCRIPTS)
    return power if found[1] == "1" else f"{found[1]}·{power}"


def _stroke(line: Line, xs: tuple[float, float], ys: tuple[float, float]) -> Stroke:
    segments = line.segments()
    path = " ".join(
        _path([(_x(line.x[i], xs), _y(line.y[i], ys)) for i in part]) for part in segments
    )
    band = ""
    if line.low:
        band = " ".join(
            _path(
                [(_x(line.x[i], xs), _y(line.high[i], ys)) for i in part]
                + [(_x(line.x[i], xs), _y(line.low[i], ys)) for i in reversed(part)]
            )
            + "Z"
            for part in ([i for i in part if _bounded(line, i)] for part in segments)
            if len(part) > 1
        )
    alone = [part[0] for part in segments if len(part) == 1]
    shown = [i for part in segments for i in part] if line.marked else alone
    points = tuple((_x(line.x[i], xs), _y(line.y[i], ys)) for i in shown)
    return Stroke(
        line.label, line.colour, line.dashed, line.listed, path if line.joined else "", band, points
    )


def _bounded(line: Line, i: int) -> bool:
    return abs(line.low[i]) < float("inf") and abs(line.high[i]) < float("inf")


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _hits(chart: Chart, xs: tuple[float, float]) -> Iterator[Hit]:
    """One column for each measured x (some of them, where they are many), from halfway to halfway."""
    measured = sorted({x for line in chart.lines if not line.dashed for x in line.x})
    step = -(-len(measured) // COLUMNS)
    places = sorted({*measured[::step], measured[-1]})
    pixels = [_x(x, xs) for x in places]
    edges = [LEFT, *((a + b) / 2 for a, b in pairwise(pixels)), WIDTH - RIGHT]
    for x, left, right in zip(places, edges, edges[1:], strict=False):
        values = (
            (line.label, there)
            for line in chart.lines
            if (there := " · ".join(_at(line, x, chart.y)))
        )
        yield Hit(left, right - left, f"{chart.x.label} {_number(x, chart.x)}", tuple(values))


def _at(line: Line, x: float, axis: Axis) -> Iterator[str]:
    """What the line says at x, with its band; several texts where several points share x."""
    for i, here in enumerate(line.x):
        if here == x:
            band = ""
            if line.low and line.low[i] != line.high[i]:
                band = f" ({_number(line.low[i], axis)} to {_number(line.high[i], axis)})"
            yield _number(line.y[i], axis) + band


def _number(value: float, axis: Axis) -> str:
    if value != value:
        return DASH
    if axis.log:
        return from_log10(value)
    return (
        f"{value:g}" if value == int(value) else fixed(value) if abs(value) < 100 else number(value)
    )


def _x(value: float, bounds: tuple[float, float]) -> float:
    return LEFT + (value - bounds[0]) / (bounds[1] - bounds[0]) * (WIDTH - LEFT - RIGHT)


def _y(value: float, bounds: tuple[float, float]) -> float:
    return HEIGHT - BOTTOM - (value - bounds[0]) / (bounds[1] - bounds[0]) * (HEIGHT - TOP - BOTTOM)
