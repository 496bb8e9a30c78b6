"""How wide a window a table needs; in a narrower one each of its rows becomes a card, and nothing is cut or broken."""

from dataclasses import dataclass

from resweep.report.sheet import Sheet

GLYPH, PADDING, MARGIN = 7.7, 11, 45  # pixels: a character, a cell's padding, the page's
LONGEST = 26  # characters; longer words may be broken anywhere
BREAKPOINTS = (480, 640, 800, 960, 1120, 1280, 1440)  # page.css has a rule for each, and one for tables wider still


@dataclass(frozen=True)
class Table:
    """A sheet, the window's width in pixels from which on it is a table, and which columns may be broken anywhere."""

    sheet: Sheet
    breakpoint: int | None
    broken: tuple[bool, ...]


def table(sheet: Sheet) -> Table:
    """Numbers stay on one line, texts are broken at their spaces."""
    widths = [_width(sheet, i) for i in range(len(sheet.columns))]
    pixels = sum(min(width, LONGEST) * GLYPH + PADDING for width in widths) + MARGIN
    fitting = next((point for point in BREAKPOINTS if pixels <= point), None)
    return Table(sheet, fitting, tuple(width > LONGEST for width in widths))


def _width(sheet: Sheet, i: int) -> int:
    """Characters that a column needs: its longest number, or the longest word of its texts and header."""
    numbers = sheet.columns[i].justify == "right"
    cells = [row[i].text for row in sheet.rows]
    words = [word for text in cells for word in ([text] if numbers else text.split())]
    return max(map(len, (*words, *sheet.columns[i].header.split())), default=1)
