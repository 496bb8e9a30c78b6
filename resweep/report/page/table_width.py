"""How wide a window a table needs.

In a narrower window its rows become cards; in one beyond a tablet's width it scrolls sideways.
"""

from dataclasses import dataclass

from resweep.report.sheet import Sheet

GLYPH, PADDING, MARGIN = 7.7, 11, 45  # pixels: a character, a cell's padding, the page's margin
LONGEST = 26  # characters; longer words may be broken anywhere
PRINTED = 900  # of a table's pixels that go on a printed page, where its letters are smaller
BREAKPOINTS = (480, 640, 800)  # page.css has a rule for each; a wider window has room to scroll in


@dataclass(frozen=True)
class FittedTable:
    """A sheet with what the page's style must know to fit it to a window or to paper.

    `breakpoint` is the window's width in pixels below which rows are cards, `broken` says of each
    column whether its words may be broken anywhere, `wide` that rows are cards on paper.
    """

    sheet: Sheet
    breakpoint: int
    broken: tuple[bool, ...]
    wide: bool


def fitted(sheet: Sheet) -> FittedTable:
    """Fit a sheet whose numbers stay on one line and whose texts break at their spaces."""
    widths = [_width(sheet, column) for column in range(len(sheet.columns))]
    pixels = sum(min(width, LONGEST) * GLYPH + PADDING for width in widths) + MARGIN
    fitting = [point for point in BREAKPOINTS if pixels <= point]
    breakpoint_ = fitting[0] if fitting else BREAKPOINTS[-1]
    broken = tuple(width > LONGEST for width in widths)
    return FittedTable(sheet, breakpoint_, broken, wide=pixels > PRINTED)


def _width(sheet: Sheet, column: int) -> int:
    """The characters that a column needs: its longest number, or longest word of text or header."""
    pieces = sheet.columns[column].header.split()
    for row in sheet.rows:
        text = row[column].text
        if sheet.columns[column].justify == "right":
            pieces.append(text)
        else:
            pieces += text.split()
    return max(map(len, pieces), default=1)
