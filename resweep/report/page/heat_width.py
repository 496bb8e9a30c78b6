"""How closely the cells of a heat map stand, so that the map fits the window it is seen in.

The style has a rule for each word of `classes`: `wide` is for phones, where only colours and marks
have room, `close` and `bare` are for tablets, `dense` is for desktops. The cells of a `marked` map
are wider.
"""

from resweep.report.charts.heat_map import HeatMap

FEW = 7  # columns that a phone has room for with their numbers
LETTER, PADDING, LEAST = 7.4, 12, 44  # pixels: of a cell at its usual size
MARK = 21  # pixels that a cell with a mark is wider; all cells of its map are
SMALL, CLOSE = 5.8, 4  # pixels: a letter and the padding of a cell with small letters
TABLET, DESKTOP = 728, 1360  # pixels that the page has beside its margins


def classes(heat: HeatMap) -> str:
    """The classes of the map's figure, each after a space."""
    columns = len(heat.column_texts)
    cells = heat.run_cells()
    letters = max((len(cell.text) for cell in cells), default=0)
    marked = any(cell.mark for cell in cells)
    least = LEAST + MARK * marked
    usual = columns * max(least, letters * LETTER + PADDING) + _head(heat, LETTER)
    small = columns * (letters * SMALL + CLOSE) + _head(heat, SMALL)
    flags = {
        "marked": marked,
        "wide": columns > FEW,
        "close": usual > TABLET,
        "bare": small > TABLET,
        "dense": usual > DESKTOP,
    }
    return "".join(f" {word}" for word, flag in flags.items() if flag)


def _head(heat: HeatMap, letter: float) -> float:
    """The pixels of the column that names the rows."""
    return max(len(text) for text in (heat.rows, *heat.row_texts)) * letter + PADDING
