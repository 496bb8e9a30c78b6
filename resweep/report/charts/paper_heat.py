"""Heat maps as matplotlib figures; marked cells are hatched, so that they can be told in grey."""

from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from resweep.report.charts import paper_legend
from resweep.report.charts.colours import light, rgb
from resweep.report.charts.heat_map import HeatCell, HeatMap
from resweep.report.charts.paper_text import COLUMN, escaped, power
from resweep.report.charts.ticks import padded
from resweep.report.marks import STATUS_OF_SYMBOL
from resweep.report.numbers import fixed, from_log10

HATCHES = {
    "exploded": "////",
    "trapped": "....",
    "vanished": "\\\\\\\\",
    "error": "++++",
    "undecided": "oo",
}
EMPTY = "#eeeeee"  # the face of a cell without a number
CELL_WIDTH, CELL_HEIGHT, MARGIN = 0.36, 0.24, 0.9  # inches
SIDES = 1.2  # inches beside the cells: the marks of the rows and the scale of the colours
ROWS = 30  # that fit on a page


def heat_figure(whole: HeatMap, width: float = COLUMN) -> Figure:
    """The figure of a heat map, `width` inches wide.

    Its longer side lies across where it fits, else upright; cells narrow to fit. Of a side that is
    too long for that, values are left out in even steps.
    """
    heat = _turned(whole, width)
    rows, columns = len(heat.row_texts), len(heat.column_texts)
    size = width, CELL_HEIGHT * rows + MARGIN
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.add_subplot()
    for row, cells in enumerate(heat.cells):
        for column, cell in enumerate(cells):
            if cell:
                _draw_cell(axes, heat, cell, row, column)
    axes.set_xlim(-0.5, columns - 0.5)
    axes.set_ylim(-0.5, rows - 0.5)
    axes.set_xticks(range(columns), heat.column_texts)
    axes.set_yticks(range(rows), heat.row_texts)
    axes.set_xlabel(escaped(heat.columns))
    axes.set_ylabel(escaped(heat.rows))
    axes.tick_params(length=0)
    _colour_bar(figure, axes, heat)
    _hatch_legend(figure, heat)
    return figure


def _turned(heat: HeatMap, width: float) -> HeatMap:
    """The map as it stands best on paper, with as many rows and columns as there is room for."""
    across = max(1, int((width - SIDES) / CELL_WIDTH))
    wide = heat.transposed() if len(heat.row_texts) > len(heat.column_texts) else heat
    fitting = wide if len(wide.column_texts) <= across else wide.transposed()
    upright = fitting.thinned(across).transposed()
    return upright.thinned(ROWS).transposed()


def _draw_cell(axes: Axes, heat: HeatMap, cell: HeatCell, row: int, column: int) -> None:
    level = heat.level(cell)
    face: str | tuple[float, float, float] = EMPTY
    ink, line = "black", "#888888"
    if level is not None:
        r, g, b = rgb(level)
        face = (r / 255, g / 255, b / 255)
        ink = line = "black" if light(level) else "white"
    hatch = HATCHES[STATUS_OF_SYMBOL[cell.mark]] if cell.mark else None
    corner = (column - 0.5, row - 0.5)
    axes.add_patch(
        Rectangle(corner, 1, 1, facecolor=face, edgecolor=line, hatch=hatch, linewidth=0)
    )
    label = power(cell.text)
    text = axes.text(column, row, label, ha="center", va="center", fontsize=6, color=ink)
    if hatch and cell.text:
        text.set_bbox({"facecolor": face, "edgecolor": "none", "pad": 0.8})


def _colour_bar(figure: Figure, axes: Axes, heat: HeatMap) -> None:
    """The scale of the colours with its lowest and its highest value."""
    extent = heat.extent()
    if extent is None:
        return
    low, high = extent if extent[0] < extent[1] else padded(*extent)
    levels = [rgb(step / 255) for step in range(256)]
    colours = ListedColormap([(r / 255, g / 255, b / 255) for r, g, b in levels])
    bar = figure.colorbar(ScalarMappable(Normalize(low, high), colours), ax=axes, pad=0.02)
    texts = [from_log10(value) if heat.log else fixed(value) for value in (low, high)]
    bar.set_ticks([low, high], labels=[power(text) for text in texts])
    bar.set_label(escaped(heat.metric))
    bar.outline.set_visible(False)


def _hatch_legend(figure: Figure, heat: HeatMap) -> None:
    """What the hatches that occur mean."""
    patches = []
    for mark in sorted({cell.mark for cell in heat.run_cells() if cell.mark}):
        status = STATUS_OF_SYMBOL[mark]
        hatch = HATCHES[status]
        patches.append(Patch(facecolor=EMPTY, edgecolor="#555555", hatch=hatch, label=status))
    if patches:
        paper_legend.place(figure, handles=patches)
