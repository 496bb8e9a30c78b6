"""Heat maps on the terminal: coloured cells with their values, or shades and digits where there is no colour."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from rich.color import Color
from rich.console import Console, ConsoleOptions, RenderableType
from rich.style import Style
from rich.text import Text

from resweep.report.charts.chart import HeatMap, Square
from resweep.report.charts.colours import light, rgb
from resweep.report.marks import STATUS_OF_SYMBOL
from resweep.report.numbers import fixed, from_log10
from resweep.report.text import printable

SHADES = "·░▒▓█"
LETTERS = ".:=*#"  # the same in ASCII; digits would read as part of the values


@dataclass(frozen=True)
class Heat:
    """A heat map as wide as it needs to be: with values where they fit, else one symbol a cell; columns never vanish.

    Where not even symbols fit, the columns are printed in several parts.
    """

    heat: HeatMap

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        heat, ascii_only = self.heat, options.ascii_only
        plain = ascii_only or console.color_system is None
        yield Text(printable(heat.title, ascii_only), "bold")
        head = max(map(len, (*heat.row_texts, heat.rows)))
        width = max(
            cell_len(text) for text in (*heat.column_texts, *map(self._value, self._squares()))
        )
        room = max(1, options.max_width - head - 2)
        values = len(heat.column_texts) * (width + 2) <= max(room, 40)
        if not values:
            width = max(2, *(len(text) for text in heat.column_texts))
        count = max(1, room // (width + 2))
        for first in range(0, len(heat.column_texts), count):
            yield from self._part(
                range(first, min(first + count, len(heat.column_texts))),
                head,
                width,
                values,
                plain,
                ascii_only,
            )
        yield from self._legend(plain, ascii_only)

    def _part(
        self, columns: range, head: int, width: int, values: bool, plain: bool, ascii_only: bool
    ) -> Iterator[Text]:
        """Some columns under their header, the lowest row at the bottom."""
        heat = self.heat
        header = "".join(f"{heat.column_texts[j]:>{width + 1}} " for j in columns)
        quiet = "" if plain else "dim"
        yield Text(f"{'':{head}}   {heat.columns}", quiet)
        yield Text(f"{heat.rows:>{head}} {header}", quiet, no_wrap=True)
        for i in reversed(range(len(heat.row_texts))):
            line = Text(f"{heat.row_texts[i]:>{head}} ", no_wrap=True)
            for j in columns:
                line.append_text(self._cell(heat.squares[i][j], width, values, plain, ascii_only))
            yield line

    def _cell(
        self, square: Square | None, width: int, values: bool, plain: bool, ascii_only: bool
    ) -> Text:
        level = self.heat.level(square)
        shades = LETTERS if ascii_only else SHADES
        sign = "" if level is None else shades[min(4, int(level * 5))]
        if square is None:
            text = ""
        elif values:
            text = self._value(square)
        else:
            text = square.mark + (sign if plain or square.mark else "")
        if plain:
            shade = sign if values and sign else " "
            return Text(f"{text:>{width}}{shade} ")
        if level is None:
            return Text(f"{text:>{width + 1}} ", "red" if square and square.mark else "dim")
        style = Style(
            color="black" if light(level) else "white", bgcolor=Color.from_rgb(*rgb(level))
        )
        return Text(f"{text:>{width + 1}} ", style)

    def _squares(self) -> list[Square]:
        return [square for row in self.heat.squares for square in row if square]

    @staticmethod
    def _value(square: Square) -> str:
        return f"{square.mark} {square.text}".strip()

    def _legend(self, plain: bool, ascii_only: bool) -> Iterator[Text]:
        extent = self.heat.extent()
        if extent:
            low, high = (from_log10(v) if self.heat.log else fixed(v) for v in extent)
            scale = Text(f"{self.heat.metric}: {low} ")
            if plain:
                scale.append(LETTERS if ascii_only else SHADES)
            else:
                for i in range(20):
                    scale.append(" ", Style(bgcolor=Color.from_rgb(*rgb(i / 19))))
            yield scale.append(f" {high}{', logarithmic' if self.heat.log else ''}")
        marks = sorted({square.mark for square in self._squares() if square.mark})
        if marks:
            yield Text(
                "; ".join(f"{mark}: {STATUS_OF_SYMBOL[mark]}" for mark in marks),
                "" if plain else "dim",
            )
