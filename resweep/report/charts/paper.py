"""Figures for print: charts and heat maps by matplotlib, at a journal's column width, the same bytes each time."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resweep import files
from resweep.report.charts.chart import Axis, Chart, HeatMap, Line, Square
from resweep.report.charts.colours import ARMS, light, rgb
from resweep.report.charts.ticks import padded, ticks
from resweep.report.marks import STATUS_OF_SYMBOL
from resweep.report.numbers import fixed, from_log10

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis as Ruler
    from matplotlib.figure import Figure

FORMATS = ("png", "svg", "pdf")
COLUMN = 3.4  # inches: one column of a two-column page
DATELESS = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {"Software": "resweep"}}
STYLE: dict[Any, Any] = {
    "font.size": 8,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "hatch.linewidth": 0.5,
    "svg.hashsalt": "resweep",
    "pdf.fonttype": 42,
    "savefig.dpi": 300,
}
HATCHES = {
    "exploded": "////",
    "trapped": "....",
    "vanished": "\\\\\\\\",
    "error": "++++",
}


def save(
    charts: Sequence[Chart | HeatMap], directory: Path, formats: Sequence[str] = FORMATS
) -> list[Path]:
    """Each chart in each format as `SLUG.FORMAT`, and `captions.md` with what each shows; the files written.

    A chart without a finite point is not drawn, and not listed.
    """
    directory.mkdir(parents=True, exist_ok=True)
    written, captions = [], ["# Captions\n"]
    for chart in charts:
        if chart.extent() is None:
            continue
        with _style():
            figure = draw(chart)
            for kind in formats:
                path = directory / f"{chart.slug}.{kind}"
                with files.replacing(path) as file:
                    figure.savefig(
                        file,
                        format=kind,
                        metadata=DATELESS[kind],
                        bbox_inches="tight",
                        pad_inches=0.03,
                    )
                written.append(path)
        captions.append(f"- `{chart.slug}`: {chart.title}. {chart.caption}")
    path = directory / "captions.md"
    files.write_text(path, "\n".join(captions) + "\n")
    return [*written, path]


def draw(chart: Chart | HeatMap) -> "Figure":
    """The figure of one chart."""
    return _heat(chart) if isinstance(chart, HeatMap) else _lines(chart)


@contextmanager
def _style() -> Iterator[None]:
    import matplotlib

    with matplotlib.rc_context(dict(matplotlib.rcParamsDefault) | STYLE):
        yield


def _lines(chart: Chart) -> "Figure":
    from matplotlib.figure import Figure

    extent = chart.extent()
    assert extent is not None
    listed = [line for line in chart.lines if line.listed]
    widest = max(len(line.label) for line in listed)
    legend = max(1, min(4, 56 // (widest + 8)))  # names side by side
    rows = -(-len(listed) // legend) if len(chart.lines) > 1 else 0
    figure = Figure(figsize=(COLUMN, 2.1 + 0.16 * rows), layout="constrained")
    axes = figure.add_subplot()
    for line in chart.lines:
        _line(axes, line)
    bounds = padded(*extent[0], share=0.02), padded(*extent[1])
    axes.set_xlim(*bounds[0])
    axes.set_ylim(*bounds[1])
    _ruler(axes.xaxis, chart.x, bounds[0])
    _ruler(axes.yaxis, chart.y, bounds[1])
    name = chart.title.partition(" by ")[0].partition(", every")[0]
    axes.set_ylabel(escaped(name if chart.y.label in name else f"{name}\n{chart.y.label}"))
    axes.set_xlabel(escaped(chart.x.label))
    if rows:
        figure.legend(loc="outside upper left", ncols=legend)
    return figure


def _line(axes: "Axes", line: Line) -> None:
    colour = ARMS[line.colour % len(ARMS)]
    style = "none" if not line.joined else (0, (4, 2)) if line.dashed else "-"
    axes.plot(
        line.x,
        line.y,
        color=colour,
        linestyle=style,
        linewidth=0.9 if line.dashed else 1.2,
        marker="o" if line.marked else "",
        markersize=2.6,
        label=escaped(line.label) if line.listed else "_nolegend_",
    )
    if line.low:
        axes.fill_between(line.x, line.low, line.high, color=colour, alpha=0.2, linewidth=0)


def _ruler(ruler: "Ruler", axis: Axis, bounds: tuple[float, float]) -> None:
    marks = ticks(*bounds, axis.log, most=6)
    ruler.set_ticks([place for place, _ in marks], [power(text) for _, text in marks])


def _heat(heat: HeatMap) -> "Figure":
    from matplotlib.figure import Figure

    rows, columns = len(heat.row_texts), len(heat.column_texts)
    figure = Figure(
        figsize=(max(COLUMN, 0.42 * columns + 1.1), 0.26 * rows + 1.1), layout="constrained"
    )
    axes = figure.add_subplot()
    for i, row in enumerate(heat.squares):
        for j, square in enumerate(row):
            if square:
                _square(axes, heat, square, i, j)
    axes.set_xlim(-0.5, columns - 0.5)
    axes.set_ylim(-0.5, rows - 0.5)
    axes.set_xticks(range(columns), heat.column_texts)
    axes.set_yticks(range(rows), heat.row_texts)
    axes.set_xlabel(escaped(heat.columns))
    axes.set_ylabel(escaped(heat.rows))
    axes.tick_params(length=0)
    _scale(figure, axes, heat)
    return figure


def _square(axes: "Axes", heat: HeatMap, square: Square, i: int, j: int) -> None:
    from matplotlib.patches import Rectangle

    level = heat.level(square)
    face = "#eeeeee" if level is None else tuple(channel / 255 for channel in rgb(level))
    ink = "black" if level is None or light(level) else "white"
    hatch = HATCHES[STATUS_OF_SYMBOL[square.mark]] if square.mark else None
    grey = "#888888" if level is None else ink
    patch = Rectangle(
        (j - 0.5, i - 0.5), 1, 1, facecolor=face, edgecolor=grey, hatch=hatch, linewidth=0
    )
    axes.add_patch(patch)
    text = axes.text(j, i, power(square.text), ha="center", va="center", fontsize=6, color=ink)
    if hatch and square.text:
        text.set_bbox({"facecolor": face, "edgecolor": "none", "pad": 0.8})


def _scale(figure: "Figure", axes: "Axes", heat: HeatMap) -> None:
    """The bar of colours, and the hatches in use."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import ListedColormap, Normalize
    from matplotlib.patches import Patch

    extent = heat.extent()
    if extent:
        low, high = extent if extent[0] < extent[1] else padded(*extent)
        colours = ListedColormap(
            [tuple(channel / 255 for channel in rgb(i / 255)) for i in range(256)]
        )
        bar = figure.colorbar(ScalarMappable(Normalize(low, high), colours), ax=axes, pad=0.02)
        bar.set_ticks(
            [low, high],
            labels=[power(from_log10(v) if heat.log else fixed(v)) for v in (low, high)],
        )
        bar.set_label(escaped(heat.metric))
        bar.outline.set_visible(False)
    used = sorted({square.mark for row in heat.squares for square in row if square and square.mark})
    statuses = [STATUS_OF_SYMBOL[symbol] for symbol in used]
    patches = [
        Patch(facecolor="#eeeeee", edgecolor="#555555", hatch=HATCHES[status], label=status)
        for status in statuses
    ]
    if patches:
        figure.legend(handles=patches, loc="outside upper left", ncols=4)


def power(text: str) -> str:
    """1e44 as matplotlib sets it, 10 to the 44."""
    found = re.fullmatch(r"(-?[\d.]+)e([+-]?\d+)", text)
    if not found:
        return escaped(text)
    factor = "" if found[1] == "1" else rf"{found[1]}\cdot"
    return rf"${factor}10^{{{int(found[2])}}}$"


def escaped(text: str) -> str:
    """`text` without mathematics: a dollar sign in an arm's name stays one."""
    return text.replace("$", r"\$")
