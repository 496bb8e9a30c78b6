"""Charts on the terminal: braille dots in colour, or one letter a line where there is no colour or no Unicode."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from resweep.report.charts.chart import Chart, Line
from resweep.report.charts.ticks import padded, ticks
from resweep.report.text import printable

STYLES = ("blue", "yellow", "green", "magenta", "cyan", "red", "white")
LETTERS = "abcdefghijklmnopqrstuvw"
WIDEST = 100  # away from a terminal, and where a terminal is wider, a plot is this wide
MARGIN = 10  # columns left of the frame, for the marks of the y axis
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # braille: [row][column] of a cell


@dataclass(frozen=True)
class Plot:
    """A chart, `rows` lines high and as wide as the console; nothing where the chart has no finite point."""

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
        xs, ys = (extent[0], padded(*extent[1]))
        cells = canvas(self.chart.lines, xs, ys, width, self.rows, letters)
        yield Text(printable(f"{self.chart.title}: {self.chart.y.label}", ascii_only), "bold")
        marks = {
            _place(y, ys, self.rows): text
            for y, text in ticks(*ys, self.chart.y.log, max(2, self.rows // 2))
        }
        bar = "|" if ascii_only else "│"
        for row in range(self.rows):
            line = Text(f"{marks.get(self.rows - 1 - row, ''):>{MARGIN}}{bar}", no_wrap=True)
            for symbol, line_number in cells[row]:
                line.append(
                    symbol,
                    ""
                    if letters
                    else style(self.chart.lines[line_number])
                    if symbol != " "
                    else "",
                )
            line.rstrip()
            yield line
        yield Text(
            f"{'':{MARGIN}}{'+' if ascii_only else '└'}{('-' if ascii_only else '─') * width}",
            no_wrap=True,
        )
        yield Text(feet(self.chart, xs, width), no_wrap=True)
        yield from self._legend(letters, ascii_only)

    def _legend(self, letters: bool, ascii_only: bool) -> Iterator[Text]:
        legend = Text(" " * (MARGIN + 1), overflow="fold")
        for i, line in enumerate(self.chart.lines):
            sign = LETTERS[i % len(LETTERS)] if letters else "⣀⣀" if not line.dashed else "⢀ "
            legend.append("   " if i else "").append(sign, "" if letters else style(line))
            legend.append(" " + printable(line.label, ascii_only))
            if beyond := len(line.y) - len(line.finite):
                legend.append(f" ({beyond} of {len(line.y)} points are not finite numbers)")
        yield legend


def style(line: Line) -> str:
    return STYLES[line.colour % len(STYLES)] + (" dim" if line.dashed else "")


def canvas(
    lines: Sequence[Line],
    xs: tuple[float, float],
    ys: tuple[float, float],
    width: int,
    rows: int,
    letters: bool,
) -> list[list[tuple[str, int]]]:
    """[row][column] of (symbol, number of its line); where lines meet, the earlier one, the measured, is on top."""
    across, down = (1, 1) if letters else (2, 4)
    found: list[list[tuple[str, int]]] = [[(" ", 0)] * width for _ in range(rows)]
    bits = [[0] * width for _ in range(rows)]
    for number, line in reversed(list(enumerate(lines))):
        for x, y in traced(line, xs, ys, width * across, rows * down):
            column, row = x // across, rows - 1 - y // down
            bits[row][column] |= DOTS[down - 1 - y % down][x % across] if not letters else 0
            symbol = LETTERS[number % len(LETTERS)] if letters else chr(0x2800 + bits[row][column])
            found[row][column] = (symbol, number)
    return found


def traced(
    line: Line, xs: tuple[float, float], ys: tuple[float, float], width: int, height: int
) -> Iterator[tuple[int, int]]:
    """The dots of a line: straight between neighbouring finite points; every third dot of a dashed one."""
    points = [(x, y) for x, y in zip(line.x, line.y, strict=True)]
    last: tuple[int, int] | None = None
    drawn = 0
    for x, y in points:
        if not math.isfinite(y):
            last = None
            continue
        here = _place(x, xs, width), _place(y, ys, height)
        steps = max(abs(here[0] - last[0]), abs(here[1] - last[1]), 1) if last else 1
        start = last or here
        for i in range(0 if last is None else 1, steps + 1):
            drawn += 1
            if not line.dashed or drawn % 3 == 0:
                yield tuple(
                    round(a + (b - a) * i / steps) for a, b in zip(start, here, strict=True)
                )  # type: ignore[misc]
        last = here


def feet(chart: Chart, xs: tuple[float, float], width: int) -> str:
    """The line of marks below the frame, the name of the axis before it."""
    line = list(f"{chart.x.label:>{MARGIN - 1}}".ljust(MARGIN + 1 + width))
    for x, text in ticks(*xs, chart.x.log, max(3, width // 12)):
        at = min(MARGIN + 1 + _place(x, xs, width) - len(text) // 2, len(line) - len(text))
        if all(symbol == " " for symbol in line[at - 1 : at + len(text) + 1]):
            line[at : at + len(text)] = text
    return "".join(line).rstrip()


def _place(value: float, bounds: tuple[float, float], count: int) -> int:
    """Which of `count` equal steps from the lower to the upper bound holds `value`."""
    low, high = bounds
    share = (value - low) / (high - low) if high > low else 0.5
    return min(count - 1, max(0, int(share * count)))
