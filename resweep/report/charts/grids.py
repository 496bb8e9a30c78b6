"""Grids of a survey as heat maps."""

import math
from dataclasses import replace

from resweep.analysis.compare import measures_success
from resweep.analysis.sensitivity import Grid, GridCell, Survey
from resweep.numerals import counted, shortened
from resweep.outcome import succeeded
from resweep.report.charts import heat_captions
from resweep.report.charts.heat_map import HeatCell, HeatMap
from resweep.report.charts.survey_names import named
from resweep.report.file_names import file_stem
from resweep.report.marks import SYMBOLS, UNDECIDED
from resweep.report.numbers import fixed, number, setting


def heat_maps(survey: Survey) -> list[HeatMap]:
    """A heat map for each grid of the survey; those of one metric share their colour scale."""
    maps = [heat_map(grid) for grid in named(survey.grids)]
    ends: dict[str, list[float]] = {}
    for heat in maps:
        ends.setdefault(heat.metric, []).extend(heat.extent() or ())
    shared = []
    for heat in maps:
        values = ends[heat.metric]
        scale = (min(values), max(values)) if values else None
        shared.append(replace(heat, scale=scale))
    return shared


def heat_map(grid: Grid) -> HeatMap:
    """A metric over two fields; growths and ratios by their logarithm.

    A cell in which a run did not end ok is marked by the most frequent status of those.
    """
    log = grid.metric.endswith(("growth", "ratio"))
    row_texts = shortened(map(setting, grid.row_values))
    column_texts = shortened(map(setting, grid.column_values))
    cells = []
    for row, row_cells in zip(row_texts, grid.cells, strict=True):
        drawn: list[HeatCell | None] = []
        for column, cell in zip(column_texts, row_cells, strict=True):
            where = f"{grid.rows} {row}, {grid.columns} {column}"
            drawn.append(_cell(cell, where, log) if cell else None)
        cells.append(tuple(drawn))
    metric = grid.metric.replace("_", " ")
    counting = ", failed runs at chance" if measures_success(grid.metric) else ""
    drawn_over = heat_captions.drawn(metric, grid.arm, grid.rows, grid.columns)
    endings = heat_captions.endings(cells, grid.rows, row_texts, grid.columns, column_texts)
    return HeatMap(
        slug=file_stem("heat", grid.metric, grid.arm, grid.rows, grid.columns),
        title=f"{metric} of {grid.arm} by {grid.rows} and {grid.columns}",
        caption=f"{drawn_over}{counting}; {_counts(grid)}. {endings}",
        metric=metric,
        rows=grid.rows,
        columns=grid.columns,
        row_texts=tuple(row_texts),
        column_texts=tuple(column_texts),
        cells=tuple(cells),
        log=log,
    )


def _cell(cell: GridCell, where: str, log: bool) -> HeatCell:
    failed = [status for status in cell.statuses if not succeeded(status)]
    mark = ""
    if failed:
        most = max(failed, key=lambda status: cell.statuses[status])
        mark = SYMBOLS.get(most, UNDECIDED)
    value, text = cell.mean, ""
    if value is not None:
        text = number(value, 2) if log else fixed(value)
    if value is not None and log:
        value = math.log10(value) if value > 0 else None
    statuses = ", ".join(f"{count} {status}" for status, count in cell.statuses.items())
    return HeatCell(value, text, mark, f"{where}: {text or 'no value'}; {statuses}")


def _counts(grid: Grid) -> str:
    """The number of runs a cell, or its range; nothing for a grid without cells."""
    seeds = {cell.n for row in grid.cells for cell in row if cell}
    if not seeds:
        return ""
    least, most = min(seeds), max(seeds)
    count = counted(most, "run")
    return f"n = {count} a cell" if least == most else f"n = {least} to {count} a cell"
