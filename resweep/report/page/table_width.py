"""How wide a window a table needs, and which columns it shows.

Columns that do not fit a desktop's window are shown when a reader asks for them, those that do not
fit a printed page are left off paper. In a narrow window rows become cards; on a tablet a table
scrolls sideways.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from resweep.numerals import shortened
from resweep.report.sheet import Column, Sheet

GLYPH, PADDING, MARGIN = 7.7, 11, 45  # pixels: a character, a cell's padding, the page's margin
WITHHELD = "none: "  # how a note on an arm without a prediction begins
LONGEST = 26  # characters; longer words may be broken anywhere
PRINTED = 900  # of a table's pixels that go on a printed page, where its letters are smaller
SCREEN = 1400  # of a table's pixels that fit the page at its widest
BREAKPOINTS = (480, 640)  # the style has a rule for each; in a wider window tables scroll


@dataclass(frozen=True)
class FittedTable:
    """A sheet with what the page's style must know to fit it to a window or to paper.

    `texts` are those of its cells, row by row, with long settings in few digits. `breakpoint` is
    the window's width in pixels below which rows are cards, `wide` says that the table is too wide
    for paper. `classes` are those of each column: how it is justified, `broken` where its words may
    be broken anywhere, `further` where it is shown on demand, `offpaper` where it is not printed.
    """

    sheet: Sheet
    texts: tuple[tuple[str, ...], ...]
    breakpoint: int
    classes: tuple[str, ...]
    wide: bool

    @property
    def further(self) -> list[str]:
        """The names of the columns that are shown on demand."""
        pairs = zip(self.sheet.columns, self.classes, strict=True)
        return [column.name for column, classes in pairs if "further" in classes]

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
    pixels = [min(width, LONGEST) * GLYPH + PADDING for width in widths]
    ranks = [column.rank for column in sheet.columns]
    shown = _fitting(pixels, ranks, SCREEN)
    printed = _fitting(pixels, ranks, PRINTED)
    needed = sum(pixels[place] for place in shown) + MARGIN
    breakpoint_ = next((point for point in BREAKPOINTS if needed <= point), BREAKPOINTS[-1])
    classes = []
    for place, column in enumerate(sheet.columns):
        flags = {
            "broken": widths[place] > LONGEST,
            "further": place not in shown,
            "offpaper": place not in printed,
        }
        words = [column.justify, *(word for word, flag in flags.items() if flag)]
        classes.append(" ".join(words))
    rows = tuple(zip(*columns, strict=True))
    wide = sum(pixels[place] for place in printed) + MARGIN > PRINTED
    return FittedTable(sheet, rows, breakpoint_, tuple(classes), wide)


def _fitting(pixels: Sequence[float], ranks: Sequence[int], room: float) -> set[int]:
    """The places of the columns that fit, as on a terminal: the highest rank goes first, of equal
    ranks the one furthest to the right, and none of rank 0.
    """
    kept = list(range(len(pixels)))
    while kept and sum(pixels[place] for place in kept) + MARGIN > room:
        last = max(reversed(kept), key=lambda place: ranks[place])
        if not ranks[last]:
            break
        kept.remove(last)
    return set(kept)


def _width(column: Column, texts: Sequence[str]) -> int:
    """The characters that a column needs: its longest number, or longest word of text or header."""
    pieces = column.header.split()
    for text in texts:
        if column.justify == "right":
            pieces.append(text)
        else:
            pieces += text.split()
    return max(map(len, pieces), default=1)
