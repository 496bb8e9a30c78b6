"""Figures for print: charts and heat maps by matplotlib, the same bytes each time.

This module imports matplotlib, so it is itself imported only when figures were asked for.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from resweep import files
from resweep.report.charts.chart import Chart
from resweep.report.charts.heat_map import HeatMap
from resweep.report.charts.paper_heat import heat_figure
from resweep.report.charts.paper_lines import lines_figure
from resweep.report.charts.paper_text import COLUMN
from resweep.report.file_names import distinct

FORMATS = ("png", "svg", "pdf")
DATELESS: dict[str, dict[str, Any]] = {
    "svg": {"Date": None},
    "pdf": {"CreationDate": None},
    "png": {"Software": "resweep"},
}
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

WITHIN = {  # of figures that are drawn by this program and not cropped
    "legend.fontsize": 8,
    "legend.title_fontsize": 8,
    "figure.constrained_layout.h_pad": 0.06,
    "figure.constrained_layout.w_pad": 0.06,
}


def save(
    charts: Sequence[Chart | HeatMap],
    directory: Path,
    formats: Sequence[str] = FORMATS,
    width: float = COLUMN,
) -> list[Path]:
    """Write each chart in each format as `SLUG.FORMAT`, and `captions.md` with what each shows.

    Figures are `width` inches wide.
    Returns the paths of the files written, each of them once: charts that share a slug are
    numbered. A chart without a finite point, or whose points share one place, is neither drawn nor
    listed. Raises OSError where the
    directory cannot be made, and WriteError where a file cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    captions = ["# Captions\n"]
    drawn = [chart for chart in charts if chart.extent() and chart.spread]
    for chart, name in zip(drawn, distinct(chart.slug for chart in drawn), strict=True):
        with _style():
            figure = draw(chart, width)
            for kind in formats:
                path = directory / f"{name}.{kind}"
                with files.replacing(path) as file:
                    figure.savefig(file, format=kind, metadata=DATELESS[kind])
                written.append(path)
        captions.append(f"- `{name}`: {chart.title}. {chart.caption}")
    path = directory / "captions.md"
    files.write_text(path, "\n".join(captions) + "\n")
    return [*written, path]


def draw(chart: Chart | HeatMap, width: float = COLUMN) -> Figure:
    """The matplotlib figure of a chart or heat map that has a finite point, `width` inches wide."""
    with _style():
        if isinstance(chart, HeatMap):
            return heat_figure(chart, width)
        return lines_figure(chart, width)


@contextmanager
def _style() -> Iterator[None]:
    """matplotlib's own defaults with the style, whatever the user's matplotlibrc says."""
    with matplotlib.rc_context(dict(matplotlib.rcParamsDefault) | STYLE | WITHIN):
        yield
