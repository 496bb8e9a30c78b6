"""How wide a window a table needs.

In a narrower window its rows become cards; from a tablet's width on it scrolls sideways.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from resweep.report.sheet import Column, Sheet
from resweep.report.short_numbers import shortened

GLYPH, PADDING, MARGIN = 7.7, 11, 45  # pixels: a character, a cell's padding, the page's margin
WITHHELD = "none: "  # how a note on an arm without a prediction begins
LONGEST = 26  # characters; longer words may be broken anywhere
PRINTED = 900  # of a table's pixels that go on a printed page, where its letters are smaller
BREAKPOINTS = (480, 640)  # the style has a rule for each; in a wider window tables scroll


@dataclass(frozen=True)
class FittedTable:
    """A sheet with what the page's style must know to fit it to a window or to paper.

    `texts` are those of its cells, row by row, with long settings in few digits. `breakpoint` is
    the window's width in pixels below which rows are cards, `broken` says of each column whether
    its words may be broken anywhere, `wide` that the table is too wide for paper.
    """

    sheet: Sheet
    texts: tuple[tuple[str, ...], ...]
    breakpoint: int
    broken: tuple[bool, ...]
    wide: bool

    @property
    def notes(self) -> list[str]:
        """The notes that stand below the table."""
        return [note for note in self.sheet.notes if not note.startswith(WITHHELD)]

    @property
    def withheld(self) -> list[str]:
        """The notes on single arms, which a reader opens: why theory says nothing of them."""
        return [note for note in self.sheet.notes if note.startswith(WITHHELD)]


def fitted(sheet: Sheet) -> FittedTable:
    """Fit a sheet whose numbers stay on one line and whose texts break at their spaces."""
    columns = []
    for place in range(len(sheet.columns)):
        columns.append(shortened(row[place].text for row in sheet.rows))
    widths = [_width(column, texts) for column, texts in zip(sheet.columns, columns, strict=True)]
    pixels = sum(min(width, LONGEST) * GLYPH + PADDING for width in widths) + MARGIN
    fitting = [point for point in BREAKPOINTS if pixels <= point]
    breakpoint_ = fitting[0] if fitting else BREAKPOINTS[-1]
    broken = tuple(width > LONGEST for width in widths)
    rows = tuple(zip(*columns, strict=True))
    return FittedTable(sheet, rows, breakpoint_, broken, wide=pixels > PRINTED)


def _width(column: Column, texts: Sequence[str]) -> int:
    """The characters that a column needs: its longest number, or longest word of text or header."""
    pieces = column.header.split()
    for text in texts:
        if column.justify == "right":
            pieces.append(text)
        else:
            pieces += text.split()
    return max(map(len, pieces), default=1)
