"""Charts on the terminal: braille dots in colour, letters without colour or Unicode."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from resweep.numerals import counted
from resweep.printable import printable
from resweep.report.charts.chart import Axis, Chart, ChartLine
from resweep.report.charts.ticks import marks, padded

STYLES = ("blue", "yellow", "green", "magenta", "cyan", "red", "white")
LETTERS = "abcdefghijklmnopqrstuvw"
WIDEST = 100  # columns of a plot away from a terminal, or on a wider one
MARGIN = 10  # columns left of the frame, for the marks of the y axis
BRAILLE = 0x2800  # the braille pattern without dots
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # bits of a pattern: [row][column]
DASH = 3  # of a dashed line, every third dot is drawn
Bounds = tuple[float, float]


@dataclass(frozen=True)
class Plot:
    """A chart that is `rows` lines high and as wide as the console.

    Nothing is printed for a chart without a finite point.
    """

    chart: Chart
    rows: int = 10

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        extent = self.chart.extent()
        if extent is None:
            return
        ascii_only = options.ascii_only
        letters = ascii_only or console.color_system is None
        width = max(8, min(options.max_width, WIDEST) - MARGIN - 2)
        xs, ys = extent[0], padded(*extent[1])
        yield Text(printable(f"{self.chart.title}: {self.chart.y.label}", ascii_only), "bold")
        yield from self._frame(xs, ys, width, letters, ascii_only)
        yield Text(x_marks(self.chart, xs, width), no_wrap=True)
        yield self._legend(letters, ascii_only)

    def _frame(
        self, xs: Bounds, ys: Bounds, width: int, letters: bool, ascii_only: bool
    ) -> Iterator[Text]:
        """The lines of the chart between the marks of the y axis and the x axis."""
        cells = canvas(self.chart.lines, xs, ys, width, self.rows, letters)
        y_marks = marks(self.chart.y, *ys, max(2, self.rows // 2))
        beside = {_place(y, ys, self.rows): text for y, text in y_marks}
        side = "|" if ascii_only else "│"
        for row in range(self.rows):
            text = Text(f"{beside.get(self.rows - 1 - row, ''):>{MARGIN}}{side}", no_wrap=True)
            for symbol, place in cells[row]:
                coloured = not letters and symbol != " "
                text.append(symbol, style(self.chart.lines[place]) if coloured else "")
            text.rstrip()
            yield text
        corner, rule = ("+", "-") if ascii_only else ("└", "─")
        yield Text(f"{'':{MARGIN}}{corner}{rule * width}", no_wrap=True)

    def _legend(self, letters: bool, ascii_only: bool) -> Text:
        """Every line's sign and name, and how many of its points could not be drawn."""
        legend = Text(" " * (MARGIN + 1), overflow="fold")
        for place, line in enumerate(self.chart.lines):
            sign = "⢀ " if line.dashed else "⣀⣀"
            if letters:
                sign = LETTERS[place % len(LETTERS)]
            legend.append("   " if place else "")
            legend.append(sign, "" if letters else style(line))
            legend.append(" " + printable(line.label, ascii_only))
            legend.append(undrawn(line, self.chart.y))
        return legend


def undrawn(line: ChartLine, axis: Axis) -> str:
    """How many points of a line have no place on its chart: zeros, or what is not finite."""
    zeros = 0
    if axis.log:
        zeros = line.y.count(-math.inf)
    counts = {"exactly 0": zeros, "not finite": len(line.y) - len(line.finite) - zeros}
    every = counted(len(line.y), "point")
    said = [f"{count} of {every} {what}" for what, count in counts.items() if count]
    if not said:
        return ""
    return f" ({', '.join(said)})"


def style(line: ChartLine) -> str:
    """The rich style of a line: its arm's colour, dim for a prediction."""
    return STYLES[line.colour % len(STYLES)] + (" dim" if line.dashed else "")


def canvas(
    lines: Sequence[ChartLine], xs: Bounds, ys: Bounds, width: int, rows: int, letters: bool
) -> list[list[tuple[str, int]]]:
    """What each of `rows` x `width` characters shows: (symbol, place of its line), row by row.

    A braille character has 2 x 4 dots, a letter stands for one. Where lines meet, the earlier one
    is on top, and measured lines come before their predictions.
    """
    across, down = (1, 1) if letters else (2, 4)
    cells: list[list[tuple[str, int]]] = [[(" ", 0)] * width for _ in range(rows)]
    bits = [[0] * width for _ in range(rows)]
    for place in reversed(range(len(lines))):
        for x, y in traced(lines[place], xs, ys, width * across, rows * down):
            column, row = x // across, rows - 1 - y // down
            symbol = LETTERS[place % len(LETTERS)]
            if not letters:
                bits[row][column] |= DOTS[down - 1 - y % down][x % across]
                symbol = chr(BRAILLE + bits[row][column])
            cells[row][column] = (symbol, place)
    return cells


def traced(
    line: ChartLine, xs: Bounds, ys: Bounds, width: int, height: int
) -> Iterator[tuple[int, int]]:
    """The dots of a line on a raster of `width` x `height`, (0, 0) at the lower left.

    Neighbouring finite points are connected by straight lines; of a dashed line every third dot is
    drawn.
    """
    last: tuple[int, int] | None = None
    dots = 1  # so that the second dot of a dashed line is its first mark
    for x, y in zip(line.x, line.y, strict=True):
        if not math.isfinite(y):
            last = None
            continue
        here = _place(x, xs, width), _place(y, ys, height)
        for dot in [here] if last is None else _between(last, here):
            dots += 1
            if not line.dashed or dots % DASH == 0:
                yield dot
        last = here


def _between(start: tuple[int, int], end: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """The dots of a straight line after `start` up to and with `end`."""
    across, up = end[0] - start[0], end[1] - start[1]
    steps = max(abs(across), abs(up), 1)
    for i in range(1, steps + 1):
        yield round(start[0] + across * i / steps), round(start[1] + up * i / steps)


def x_marks(chart: Chart, xs: Bounds, width: int) -> str:
    """The line below the frame: the name of the x axis, then its marks where they have room."""
    line = list(f"{chart.x.label:>{MARGIN - 1}}".ljust(MARGIN + 1 + width))
    for x, text in marks(chart.x, *xs, max(3, width // 12)):
        at = min(MARGIN + 1 + _place(x, xs, width) - len(text) // 2, len(line) - len(text))
        if all(symbol == " " for symbol in line[at - 1 : at + len(text) + 1]):
            line[at : at + len(text)] = text
    return "".join(line).rstrip()


def _place(value: float, bounds: Bounds, count: int) -> int:
    """Which of `count` equal steps from the lower to the upper bound holds `value`."""
    low, high = bounds
    share = (value - low) / (high - low) if high > low else 0.5
    return min(count - 1, max(0, int(share * count)))
