"""How far the sweeps and studies of a store are."""

from collections.abc import Mapping, Sequence

from resweep.report.sheet import Cell, Column, Sheet

CELLS = ("done", "queued", "running", "failed")
TRIALS = {
    "complete": "complete",
    "pruned": "pruned",
    "fail": "failed",
    "running": "running",
    "waiting": "waiting",
}


def sweeps_table(found: Sequence[tuple[str, Mapping[str, int]]]) -> Sheet:
    """One row a sweep: its cells by status."""
    columns = (Column("sweep", fold=True, justify="left"), *map(Column, CELLS), Column("cells"))
    rows = tuple(
        (Cell(name), *(Cell(str(n[c])) for c in CELLS), Cell(str(sum(n.values()))))
        for name, n in found
    )
    return Sheet(
        "sweeps that are not done",
        columns,
        rows,
        notes=("resweep sweep FILE goes on with a sweep",),
    )


def studies_table(found: Sequence[tuple[str, Mapping[str, int]]]) -> Sheet:
    """One row a study: its trials by state."""
    columns = (Column("study", fold=True, justify="left"), *map(Column, TRIALS.values()))
    rows = tuple((Cell(name), *(Cell(str(n[state])) for state in TRIALS)) for name, n in found)
    return Sheet(
        "trials of studies", columns, rows, notes=("resweep study --importance NAME reads one",)
    )
