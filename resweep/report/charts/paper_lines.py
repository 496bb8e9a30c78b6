"""Charts of lines as matplotlib figures, one journal column wide or two."""

from dataclasses import replace
from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import Axis as Ruler
from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation

from resweep.report.charts import paper_legend
from resweep.report.charts.chart import Axis, Chart, ChartLine
from resweep.report.charts.colours import ARMS
from resweep.report.charts.paper_text import COLUMN, escaped, power
from resweep.report.charts.ticks import marks, padded

PLOT = 2.0  # inches: the height without a legend
SHARE = 1 / 3  # of the height that a legend may take
BESIDE = 0.028  # inches between points with bars that stand at one place
DRAWN = {False: "default", True: "steps-post"}  # whether the line holds its value to the next point
KIND = "#555555"  # the colour of what the legend says of all lines


def lines_figure(chart: Chart, width: float = COLUMN) -> Figure:
    """The figure of a chart that has a finite point, `width` inches wide.

    Its legend stands above the axes and takes a third of the height at most.
    """
    extent = chart.extent()
    if extent is None:
        raise ValueError(f"{chart.title} has no finite point")
    kinds = _kinds(chart)
    labels = [line.label for line in chart.lines if line.listed]
    heading, short = paper_legend.shared(labels)
    names = dict(zip(labels, short, strict=True))
    figure = Figure(figsize=(width, PLOT), layout="constrained")
    axes = figure.add_subplot()
    barred = [line for line in chart.lines if line.barred]
    for line in chart.lines:
        beside = barred.index(line) - (len(barred) - 1) / 2 if line.barred else 0.0
        _draw_line(
            axes,
            replace(line, label=names.get(line.label, line.label)),
            ARMS[line.colour % len(ARMS)],
            beside * BESIDE,
        )
    for kind in kinds:
        _draw_line(axes, kind, KIND, 0.0)
    xs, ys = padded(*extent[0], share=0.06 if barred else 0.02), padded(*extent[1])
    axes.set_xlim(*xs)
    axes.set_ylim(*ys)
    _mark(axes.xaxis, chart.x, xs)
    _mark(axes.yaxis, chart.y, ys)
    axes.set_xlabel(escaped(chart.x.label))
    axes.set_ylabel(escaped(_y_label(chart)))
    if len(chart.lines) > 1:
        legend = paper_legend.place(figure, heading)
        tall = paper_legend.height(legend, figure.dpi)
        figure.set_figheight(max(PLOT + tall, tall / SHARE))
    return figure


def _kinds(chart: Chart) -> list[ChartLine]:
    """Lines without a point that say in the legend what solid and dashed lines are."""
    if not chart.dashed:
        return []
    like = next(line for line in chart.lines if not line.dashed)
    solid = ChartLine(chart.solid, (), (), marked=like.marked, joined=like.joined)
    return [solid, ChartLine(chart.dashed, (), (), dashed=True)]


def _y_label(chart: Chart) -> str:
    """What the chart shows and its unit: figures for print have no title of their own."""
    name = chart.title.partition(" by ")[0].partition(", every")[0]
    return name if chart.y.label in name else f"{name}\n{chart.y.label}"


def _draw_line(axes: Axes, line: ChartLine, colour: str, shift: float) -> None:
    """Draw a line `shift` inches to the right of its place, with its band or its bars."""
    style: Any = "-"
    if not line.joined:
        style = "none"
    elif line.dashed:
        style = (0, (4, 2))
    figure = axes.get_figure(root=True)
    assert figure is not None
    moved = axes.transData + ScaledTranslation(shift, 0.0, figure.dpi_scale_trans)
    axes.plot(
        line.x,
        line.y,
        color=colour,
        linestyle=style,
        linewidth=_width(line),
        drawstyle=DRAWN[line.stepped],
        marker="o" if line.marked else "",
        markersize=2.6,
        label=escaped(line.label) if line.listed else "_nolegend_",
        transform=moved,
    )
    if line.low and line.barred:
        axes.vlines(line.x, line.low, line.high, color=colour, linewidth=0.6, transform=moved)
    elif line.low:
        axes.fill_between(line.x, line.low, line.high, color=colour, alpha=0.2, linewidth=0)


def _width(line: ChartLine) -> float:
    if line.faint:
        return 0.4
    return 0.9 if line.dashed else 1.2


def _mark(ruler: Ruler, axis: Axis, bounds: tuple[float, float]) -> None:
    drawn = marks(axis, *bounds)
    ruler.set_ticks([place for place, _ in drawn], [power(text) for _, text in drawn])
