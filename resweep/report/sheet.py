"""Sheet: a table of finished strings that fits itself to the console, or spells itself out where no table fits."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal, NamedTuple

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

GAP = 2
BREAK = re.compile(r"(?<=[,:])")
ASCII = str.maketrans({"±": "+-", "–": "-", "·": ";", "²": "^2", "δ": "d", "∂": "d", "‖": "|"})


class Cell(NamedTuple):
    """A finished string and its rich style."""

    text: str
    style: str = ""


@dataclass(frozen=True)
class Column:
    """A header, of which a newline may part two lines; how readily the column gives way on a narrow console.

    `rank` 0 always stays, the highest goes first; `fold` allows its text to be broken after commas and colons.
    """

    header: str
    rank: int = 0
    fold: bool = False
    justify: Literal["left", "right"] = "right"

    @property
    def name(self) -> str:
        return self.header.replace("\n", " ")


@dataclass(frozen=True)
class Sheet:
    """A title, what all rows share, columns, rows, and notes below; nothing in a cell is ever cut."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    shared: str = ""
    notes: tuple[str, ...] = ()

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType | Segment]:
        ascii_only = options.ascii_only
        yield Text(printable(self.title, ascii_only), "bold")
        if self.shared:
            yield Text(printable(self.shared, ascii_only), "dim")
        notes = list(self.notes)
        if self.rows:
            yield Text()
            columns = [self._filled(i, ascii_only) for i in range(len(self.columns))]
            kept = fit(columns, options.max_width)
            if kept is None:
                yield from self._spelt_out(ascii_only)
            else:
                yield from self._table(console, kept, options.max_width, ascii_only)
                hidden = [
                    c.name
                    for c, filled in zip(self.columns, columns, strict=True)
                    if filled not in kept
                ]
                notes += (
                    [f"not shown at {options.max_width} columns: {', '.join(hidden)}"]
                    if hidden
                    else []
                )
        if notes:
            yield Text()
        for note in notes:
            yield Text(printable(note, ascii_only), "dim")

    def _filled(self, i: int, ascii_only: bool) -> "Filled":
        column = self.columns[i]
        texts = [printable(row[i].text, ascii_only) for row in self.rows]
        head = [printable(line, ascii_only) for line in column.header.split("\n")]
        widest = max(map(length, texts))
        least = (
            max(length(p.strip()) for t in texts for p in BREAK.split(t)) if column.fold else widest
        )
        return Filled(i, column, texts, head, widest, least)

    def _table(
        self, console: Console, kept: list["Filled"], width: int, ascii_only: bool
    ) -> Iterator[Segment]:
        """Header, rule and rows as segments: rich's own Table, or a Text a line, needs seconds for a thousand rows."""
        room = width - GAP * (len(kept) - 1)
        stacked = sum(max(c.widest, length(" ".join(c.head))) for c in kept) > room
        heads = [c.head if stacked else [" ".join(c.head)] for c in kept]
        widths = [max(c.widest, *map(length, head)) for c, head in zip(kept, heads, strict=True)]
        least = [max(c.least, *map(length, head)) for c, head in zip(kept, heads, strict=True)]
        while sum(widths) > room:
            widths[max(range(len(kept)), key=lambda i: (widths[i] > least[i], widths[i]))] -= 1
        height = max(map(len, heads))
        heads = [[""] * (height - len(head)) + head for head in heads]
        placed = [(w, c.column.justify == "right") for w, c in zip(widths, kept, strict=True)]
        bold = [console.get_style("bold")] * len(kept)
        yield from _lines(heads, placed, [bold] * height)
        yield Segment(("-" if ascii_only else "─") * (sum(widths) + GAP * (len(kept) - 1)) + "\n")
        owners, columns = _unfolded(kept, widths)
        if console.color_system is None:
            yield from _lines(columns, placed)
            return
        styles = {
            name: console.get_style(name)
            for name in {row[c.place].style for row in self.rows for c in kept}
        }
        yield from _lines(
            columns,
            placed,
            [[styles[self.rows[row][c.place].style] for c in kept] for row in owners],
        )

    def _spelt_out(self, ascii_only: bool) -> Iterator[Text]:
        """One line a cell, for consoles narrower than any table."""
        for place, row in enumerate(self.rows):
            if place:
                yield Text()
            for column, cell in zip(self.columns, row, strict=True):
                yield Text(printable(f"{column.name}: {cell.text}", ascii_only), overflow="fold")


class Filled(NamedTuple):
    """A column with its printable texts, the lines of its header, the widths of its widest cell whole and folded."""

    place: int
    column: Column
    texts: list[str]
    head: list[str]
    widest: int
    least: int


def fit(columns: Sequence[Filled], width: int) -> list[Filled] | None:
    """Those that stay at `width`, the highest rank giving way first; None if rank 0 alone is too wide."""
    kept = list(columns)
    while sum(max(c.least, *map(length, c.head)) + GAP for c in kept) - GAP > width:
        last = max(kept, key=lambda c: (c.column.rank, c.place))
        if not last.column.rank:
            return None
        kept.remove(last)
    return kept


def _unfolded(
    columns: Sequence[Filled], widths: Sequence[int]
) -> tuple[Sequence[int], list[list[str]]]:
    """The row that each line belongs to, and the lines of each column, where rows may take several."""
    if all(c.widest <= width for c, width in zip(columns, widths, strict=True)):
        return range(len(columns[0].texts)), [c.texts for c in columns]
    owners: list[int] = []
    found: list[list[str]] = [[] for _ in columns]
    for row, texts in enumerate(zip(*(c.texts for c in columns), strict=True)):
        for line in zip_longest(*map(_folded, texts, widths), fillvalue=""):
            owners.append(row)
            for column, text in zip(found, line, strict=True):
                column.append(text)
    return owners, found


def _lines(
    columns: Sequence[Sequence[str]],
    placed: Sequence[tuple[int, bool]],
    styles: Sequence[Sequence[Style]] | None = None,
) -> Iterator[Segment]:
    """Columns of lines side by side, as wide as `placed` says and to the right or left; no spaces at the ends."""
    aligned = [_aligned(texts, *place) for texts, place in zip(columns, placed, strict=True)]
    if styles is None:
        yield from (
            Segment((" " * GAP).join(line).rstrip() + "\n") for line in zip(*aligned, strict=True)
        )
        return
    for line, style in zip(zip(*aligned, strict=True), styles, strict=True):
        while line and not line[-1].strip():
            line = line[:-1]
        for place, text in enumerate(line):
            last = place == len(line) - 1
            yield Segment(text.rstrip() if last else text, style[place])
            yield Segment("\n" if last else " " * GAP)


def _aligned(texts: Sequence[str], width: int, right: bool) -> list[str]:
    pads = [" " * (width - length(text)) for text in texts]
    return [pad + text if right else text + pad for text, pad in zip(texts, pads, strict=True)]


def length(text: str) -> int:
    """Columns that `text` takes on a terminal."""
    return len(text) if text.isascii() or text.translate(ASCII).isascii() else cell_len(text)


def _folded(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width`, broken after commas and colons."""
    if length(text) <= width:
        return [text]
    lines = [""]
    for part in BREAK.split(text):
        if length(lines[-1] + part.rstrip()) > width and lines[-1]:
            lines.append("")
        lines[-1] += part if lines[-1] else part.lstrip()
    return [line.rstrip() for line in lines]


def printable(text: str, ascii_only: bool = False, lines: bool = False) -> str:
    """`text` with control, format and, on request, non-ASCII characters written as escapes (`\\x1b`); `lines` stay."""
    if ascii_only:
        text = text.translate(ASCII).encode("ascii", "backslashreplace").decode()
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or (lines and c == "\n") else ascii(c)[1:-1] for c in text)
