"""Sheet: a table of finished strings, drawn by rich as wide as the console is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from resweep.printable import printable
from resweep.report import layout


class Cell(NamedTuple):
    """A finished string and its rich style."""

    text: str
    style: str = ""


@dataclass(frozen=True)
class Column:
    """What is known of a column before it has cells.

    `header` may have two lines, separated by a newline. On a narrow console the column with the
    highest `rank` is left out first, one of rank 0 never. `fold` allows the column's texts to be
    broken after commas and colons.
    """

    header: str
    rank: int = 0
    fold: bool = False
    justify: Literal["left", "right"] = "right"

    @property
    def name(self) -> str:
        """The header on one line."""
        return self.header.replace("\n", " ")


@dataclass(frozen=True)
class Sheet:
    """A title, what all rows share, columns, rows of one cell per column, and notes below.

    `lead` is a sentence above the title that says what the table shows. `headings` stand between
    rows: pairs of the number of the row that follows and a text. `explains` has pairs of a note and
    the header of the column that it is about.

    A console that is too narrow for a column does without it and the notes about it, and says so
    below the table; one that is too narrow for any table gets a line per cell. No cell is ever cut.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    shared: str = ""
    notes: tuple[str, ...] = ()
    lead: str = ""
    headings: tuple[tuple[int, str], ...] = ()
    explains: tuple[tuple[str, str], ...] = ()

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType | Segment]:
        ascii_only = options.ascii_only
        if self.lead:
            yield Text(printable(self.lead, ascii_only), "bold")
            yield Text()
        yield Text(printable(self.title, ascii_only), "" if self.lead else "bold")
        if self.shared:
            yield Text(printable(self.shared, ascii_only), "dim")
        notes = list(self.notes)
        if self.rows:
            yield Text()
            columns = [self._column(place, ascii_only) for place in range(len(self.columns))]
            kept = layout.fit(columns, options.max_width)
            if kept is None:
                yield from self._one_line_per_cell(ascii_only)
            else:
                above = {row: printable(text, ascii_only) for row, text in self.headings}
                yield from layout.draw(kept, console, options.max_width, ascii_only, above)
                pairs = zip(self.columns, columns, strict=True)
                hidden = [column for column, texts in pairs if texts not in kept]
                notes = self._notes_without(hidden)
                if hidden:
                    names = ", ".join(column.name for column in hidden)
                    notes.append(f"not shown at {options.max_width} columns: {names}")
        if notes:
            yield Text()
        for note in notes:
            yield Text(printable(note, ascii_only), "dim")

    def _column(self, place: int, ascii_only: bool) -> layout.TextColumn:
        """The column at `place` with its header and cells as printable text."""
        column = self.columns[place]
        cells = [row[place] for row in self.rows]
        return layout.TextColumn(
            head=[printable(line, ascii_only) for line in column.header.split("\n")],
            texts=[printable(cell.text, ascii_only) for cell in cells],
            styles=[cell.style for cell in cells],
            rank=column.rank,
            foldable=column.fold,
            right=column.justify == "right",
        )

    def _notes_without(self, hidden: Sequence[Column]) -> list[str]:
        """The notes, but those about columns that are not shown."""
        headers = {column.header for column in hidden}
        idle = {note for note, header in self.explains if header in headers}
        return [note for note in self.notes if note not in idle]

    def _one_line_per_cell(self, ascii_only: bool) -> Iterator[Text]:
        headings = dict(self.headings)
        for place, row in enumerate(self.rows):
            if place:
                yield Text()
            if place in headings:
                yield Text(printable(headings[place], ascii_only), "bold", overflow="fold")
            for column, cell in zip(self.columns, row, strict=True):
                yield Text(printable(f"{column.name}: {cell.text}", ascii_only), overflow="fold")
