"""Heat maps on the terminal: coloured cells with values, or shades where there is no colour."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from rich.color import Color
from rich.console import Console, ConsoleOptions, RenderableType
from rich.style import Style
from rich.text import Text

from resweep.printable import printable
from resweep.report.charts.colours import light, rgb
from resweep.report.charts.heat_map import HeatCell, HeatMap
from resweep.report.marks import STATUS_OF_SYMBOL
from resweep.report.numbers import fixed, from_log10

SHADES = "·░▒▓█"
ASCII_SHADES = ".:=*#"  # digits would read as part of the values
RAMP = 20  # characters of the scale in colour
NARROWEST = 40  # columns; a map that fits so many is written with values on any console


@dataclass(frozen=True)
class HeatPlot:
    """A heat map as wide as it needs to be.

    Cells are written with values where they fit, else as one symbol each. Where not even symbols
    fit, the columns are printed in several parts, so that no column is ever left out.
    """

    heat: HeatMap

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        plain = options.ascii_only or console.color_system is None
        yield Text(printable(self.heat.title, options.ascii_only), "bold")
        yield from _layout(self.heat, options.max_width, plain, options.ascii_only).lines()
        yield from _legend(self.heat, plain, options.ascii_only)


@dataclass(frozen=True)
class _Layout:
    """How a heat map is laid out: `head` and `width` are columns of text, `parts` ranges of cells.

    `values` writes values into cells instead of a symbol; `plain` is without colour.
    """

    heat: HeatMap
    head: int
    width: int
    parts: tuple[range, ...]
    values: bool
    plain: bool
    ascii_only: bool

    def lines(self) -> Iterator[Text]:
        """Each part under its header, the lowest row at the bottom as on a graph's axis."""
        heat = self.heat
        quiet = "" if self.plain else "dim"
        for columns in self.parts:
            header = "".join(f"{heat.column_texts[j]:>{self.width + 1}} " for j in columns)
            yield Text(f"{'':{self.head}}   {heat.columns}", quiet)
            yield Text(f"{heat.rows:>{self.head}} {header}", quiet, no_wrap=True)
            for i in reversed(range(len(heat.row_texts))):
                line = Text(f"{heat.row_texts[i]:>{self.head}} ", no_wrap=True)
                for j in columns:
                    line.append_text(self._cell(heat.cells[i][j]))
                yield line

    def _cell(self, cell: HeatCell | None) -> Text:
        level = self.heat.level(cell)
        shade = ""
        if level is not None:
            shade = (ASCII_SHADES if self.ascii_only else SHADES)[min(4, int(level * 5))]
        text = self._text(cell, shade)
        if self.plain:
            beside = shade if self.values and shade else " "
            return Text(f"{text:>{self.width}}{beside} ")
        padded = f"{text:>{self.width + 1}} "
        if level is None:
            return Text(padded, "red" if cell and cell.mark else "dim")
        ink = "black" if light(level) else "white"
        return Text(padded, Style(color=ink, bgcolor=Color.from_rgb(*rgb(level))))

    def _text(self, cell: HeatCell | None, shade: str) -> str:
        if cell is None:
            return ""
        if self.values:
            return _value(cell)
        if self.plain or cell.mark:
            return cell.mark + shade
        return ""


def _layout(heat: HeatMap, console_width: int, plain: bool, ascii_only: bool) -> _Layout:
    head = max(map(len, (*heat.row_texts, heat.rows)))
    room = max(1, console_width - head - 2)
    count = len(heat.column_texts)
    texts = [*heat.column_texts, *(_value(cell) for cell in heat.run_cells())]
    width = max(map(cell_len, texts))
    values = count * (width + 2) <= max(room, NARROWEST)
    if not values:
        width = max(2, *map(len, heat.column_texts))
    step = max(1, room // (width + 2))
    parts = tuple(range(first, min(first + step, count)) for first in range(0, count, step))
    return _Layout(heat, head, width, parts, values, plain, ascii_only)


def _value(cell: HeatCell) -> str:
    return f"{cell.mark} {cell.text}".strip()


def _legend(heat: HeatMap, plain: bool, ascii_only: bool) -> Iterator[Text]:
    """The scale of the colours or shades, and what the marks mean."""
    extent = heat.extent()
    if extent:
        low, high = (from_log10(v) if heat.log else fixed(v) for v in extent)
        scale = Text(f"{heat.metric}: {low} ")
        if plain:
            scale.append(ASCII_SHADES if ascii_only else SHADES)
        else:
            for i in range(RAMP):
                scale.append(" ", Style(bgcolor=Color.from_rgb(*rgb(i / (RAMP - 1)))))
        yield scale.append(f" {high}{', logarithmic' if heat.log else ''}")
    marks = sorted({cell.mark for cell in heat.run_cells() if cell.mark})
    if marks:
        words = "; ".join(f"{mark}: {STATUS_OF_SYMBOL[mark]}" for mark in marks)
        yield Text(words, "" if plain else "dim")
