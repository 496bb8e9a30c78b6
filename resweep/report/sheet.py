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

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType | Segment]:
        ascii_only = options.ascii_only
        yield Text(printable(self.title, ascii_only), "bold")
        if self.shared:
            yield Text(printable(self.shared, ascii_only), "dim")
        notes = list(self.notes)
        if self.rows:
            yield Text()
            kept = self.fit(options.max_width, ascii_only)
            if kept is None:
                yield from self._spelt_out(ascii_only)
            else:
                yield from self._table(console, kept, options.max_width, ascii_only)
                hidden = [c.name for i, c in enumerate(self.columns) if i not in kept]
                notes += [f"not shown at {options.max_width} columns: {', '.join(hidden)}"] if hidden else []
        if notes:
            yield Text()
        for note in notes:
            yield Text(printable(note, ascii_only), "dim")

    def fit(self, width: int, ascii_only: bool = False) -> list[int] | None:
        """The columns that stay at `width`, the highest rank giving way first; None if rank 0 alone is too wide."""
        kept = list(range(len(self.columns)))
        least = [self._width(i, ascii_only, stacked=True, folded=True) for i in kept]
        while sum(least[i] + GAP for i in kept) - GAP > width:
            last = max(kept, key=lambda i: (self.columns[i].rank, i))
            if not self.columns[last].rank:
                return None
            kept.remove(last)
        return kept

    def _table(self, console: Console, kept: list[int], width: int, ascii_only: bool) -> Iterator[Segment]:
        """Header, rule and rows as segments: rich's own Table, or a Text a line, needs seconds for a thousand rows."""
        room = width - GAP * (len(kept) - 1)
        stacked = sum(self._width(i, ascii_only) for i in kept) > room
        widths = {i: self._width(i, ascii_only, stacked) for i in kept}
        least = {i: self._width(i, ascii_only, stacked, folded=True) for i in kept}
        while sum(widths.values()) > room:
            widths[max(kept, key=lambda i: (widths[i] > least[i], widths[i]))] -= 1
        heads = [self.columns[i].header.split("\n") if stacked else [self.columns[i].name] for i in kept]
        height = max(map(len, heads))
        heads = [[""] * (height - len(head)) + [printable(line, ascii_only) for line in head] for head in heads]
        styles = {
            style: console.get_style(style) for style in {"bold", *(row[i].style for row in self.rows for i in kept)}
        }
        placed = [(widths[i], self.columns[i].justify == "right") for i in kept]
        yield from _aligned(heads, [styles["bold"]] * len(kept), placed)
        yield Segment(("-" if ascii_only else "─") * (sum(widths.values()) + GAP * (len(kept) - 1)) + "\n")
        for row in self.rows:
            texts = [_folded(printable(row[i].text, ascii_only), widths[i]) for i in kept]
            yield from _aligned(texts, [styles[row[i].style] if row[i].style else None for i in kept], placed)

    def _spelt_out(self, ascii_only: bool) -> Iterator[Text]:
        """One line a cell, for consoles narrower than any table."""
        for row in self.rows:
            for column, cell in zip(self.columns, row, strict=True):
                yield Text(printable(f"{column.name}: {cell.text}", ascii_only), overflow="fold")
            yield Text()

    def _width(self, i: int, ascii_only: bool, stacked: bool = False, folded: bool = False) -> int:
        column = self.columns[i]
        header = column.header.split("\n") if stacked else [column.name]
        cells = [row[i].text for row in self.rows]
        parts = [part.strip() for text in cells for part in BREAK.split(text)] if folded and column.fold else cells
        return max(length(printable(text, ascii_only)) for text in (*parts, *header))


def _aligned(
    cells: list[list[str]], styles: Sequence[Style | None], placed: Sequence[tuple[int, bool]]
) -> Iterator[Segment]:
    """The lines of one row, of which each cell may have several; no spaces at their ends."""
    for texts in zip_longest(*cells, fillvalue="") if any(len(cell) > 1 for cell in cells) else [[c[0] for c in cells]]:
        plain = ""
        for text, style, (width, right) in zip(texts, styles, placed, strict=True):
            pad = " " * (width - length(text))
            if style is None or not text:
                plain += (pad + text if right else text + pad) + " " * GAP
                continue
            yield from [Segment(plain + pad if right else plain), Segment(text, style)]
            plain = " " * GAP if right else pad + " " * GAP
        yield Segment(plain.rstrip() + "\n")


def length(text: str) -> int:
    """Columns that `text` takes on a terminal."""
    return len(text) if text.isascii() else cell_len(text)


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
