"""How wide a window a table needs: in a narrower one its rows are cards; beyond a tablet it scrolls sideways."""

from dataclasses import dataclass

from resweep.report.sheet import Sheet

GLYPH, PADDING, MARGIN = 7.7, 11, 45  # pixels: a character, a cell's padding, the page's
LONGEST = 26  # characters; longer words may be broken anywhere
PRINTED = 900  # of a table's pixels that go on a page, where its letters are smaller
BREAKPOINTS = (480, 640, 800)  # page.css has a rule for each; a wider window has room to scroll in


@dataclass(frozen=True)
class Table:
    """A sheet, the window's width in pixels below which its rows are cards, and which columns may be broken anywhere.

    `wide`: on paper its rows are cards.
    """

    sheet: Sheet
    breakpoint: int
    broken: tuple[bool, ...]
    wide: bool


def table(sheet: Sheet) -> Table:
    """Numbers stay on one line, texts are broken at their spaces."""
    widths = [_width(sheet, i) for i in range(len(sheet.columns))]
    pixels = sum(min(width, LONGEST) * GLYPH + PADDING for width in widths) + MARGIN
    fitting = next((point for point in BREAKPOINTS if pixels <= point), BREAKPOINTS[-1])
    return Table(sheet, fitting, tuple(width > LONGEST for width in widths), pixels > PRINTED)


def _width(sheet: Sheet, i: int) -> int:
    """Characters that a column needs: its longest number, or the longest word of its texts and header."""
    numbers = sheet.columns[i].justify == "right"
    cells = [row[i].text for row in sheet.rows]
    words = [word for text in cells for word in ([text] if numbers else text.split())]
    return max(map(len, (*words, *sheet.columns[i].header.split())), default=1)
