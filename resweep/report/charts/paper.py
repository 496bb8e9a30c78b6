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


def save(
    charts: Sequence[Chart | HeatMap], directory: Path, formats: Sequence[str] = FORMATS
) -> list[Path]:
    """Write each chart in each format as `SLUG.FORMAT`, and `captions.md` with what each shows.

    Returns the paths of the files written, each of them once: charts that share a slug are
    numbered. A chart without a finite point is neither drawn nor listed. Raises OSError where the
    directory cannot be made, and WriteError where a file cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    captions = ["# Captions\n"]
    drawn = [chart for chart in charts if chart.extent()]
    for chart, name in zip(drawn, distinct(chart.slug for chart in drawn), strict=True):
        with _style():
            figure = draw(chart)
            for kind in formats:
                path = directory / f"{name}.{kind}"
                with files.replacing(path) as file:
                    figure.savefig(
                        file,
                        format=kind,
                        metadata=DATELESS[kind],
                        bbox_inches="tight",
                        pad_inches=0.03,
                    )
                written.append(path)
        captions.append(f"- `{name}`: {chart.title}. {chart.caption}")
    path = directory / "captions.md"
    files.write_text(path, "\n".join(captions) + "\n")
    return [*written, path]


def draw(chart: Chart | HeatMap) -> Figure:
    """The matplotlib figure of a chart or heat map that has a finite point."""
    return heat_figure(chart) if isinstance(chart, HeatMap) else lines_figure(chart)


@contextmanager
def _style() -> Iterator[None]:
    """matplotlib's own defaults with `STYLE`, whatever the user's matplotlibrc says."""
    with matplotlib.rc_context(dict(matplotlib.rcParamsDefault) | STYLE):
        yield
