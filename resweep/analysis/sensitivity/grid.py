"""A metric over two fields: the numbers of a heat map."""

from collections.abc import Iterable

from resweep.analysis.compare import Group, counted
from resweep.analysis.sensitivity.families import Family, families
from resweep.analysis.sensitivity.records import Grid, GridCell
from resweep.experiment import Experiment, quantity


def grids(groups: Iterable[Group], rows: str, columns: str, metric: str) -> list[Grid]:
    """One Grid for each family of arms with at least two values of both `rows` and `columns`."""
    return [grid(family, rows, columns, metric) for family in families(groups, (rows, columns))]


def grid(family: Family, rows: str, columns: str, metric: str) -> Grid:
    """The mean of `metric` at each pair of values of the fields `rows` and `columns`."""
    cells = {
        _place(group.experiment, rows, columns): cell(group, metric) for group in family.groups
    }
    row_values = tuple(sorted({row for row, _ in cells}))
    column_values = tuple(sorted({column for _, column in cells}))
    table = []
    for row in row_values:
        table.append(tuple(cells.get((row, column)) for column in column_values))
    return Grid(
        family.arm,
        family.experiment,
        family.fingerprint,
        metric,
        rows,
        columns,
        row_values,
        column_values,
        tuple(table),
    )


def cell(group: Group, metric: str) -> GridCell:
    """Number of runs and statuses of one group, and the mean of `metric`, failed runs at chance."""
    values = list(counted(group, metric).every.values())
    mean = sum(values) / len(values) if values else None
    return GridCell(len(group.seeds), group.status_counts(), mean)


def _place(experiment: Experiment | None, rows: str, columns: str) -> tuple[float, float]:
    return quantity(experiment, rows), quantity(experiment, columns)
