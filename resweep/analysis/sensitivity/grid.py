"""A metric over two fields: the numbers of a heat map."""

from collections.abc import Iterable

from resweep.analysis.compare import Group, by_seed
from resweep.analysis.sensitivity.families import Family, families
from resweep.analysis.sensitivity.records import Grid, GridCell
from resweep.experiment import Experiment
from resweep.outcome import STATUSES


def grids(groups: Iterable[Group], rows: str, columns: str, metric: str) -> list[Grid]:
    """One Grid for each family of arms that differ in `rows` and `columns`, at least two values of each."""
    return [grid(family, rows, columns, metric) for family in families(groups, (rows, columns))]


def grid(family: Family, rows: str, columns: str, metric: str) -> Grid:
    """`metric` over the two fields."""
    cells = {
        _place(group.experiment, rows, columns): cell(group, metric) for group in family.groups
    }
    row_values, column_values = (tuple(sorted({place[i] for place in cells})) for i in (0, 1))
    table = tuple(tuple(cells.get((row, column)) for column in column_values) for row in row_values)
    head = (family.arm, family.experiment, family.fingerprint)
    return Grid(*head, metric, rows, columns, row_values, column_values, table)


def cell(group: Group, metric: str) -> GridCell:
    """Count, statuses and mean of one group."""
    statuses: dict[str, int] = {
        status: n for status in STATUSES if (n := group.statuses.count(status))
    }
    values = list(by_seed(group, metric).values())
    return GridCell(len(group.seeds), statuses, sum(values) / len(values) if values else None)


def _place(experiment: Experiment | None, rows: str, columns: str) -> tuple[float, float]:
    return float(getattr(experiment, rows)), float(getattr(experiment, columns))
