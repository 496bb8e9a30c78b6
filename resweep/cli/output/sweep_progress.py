"""How far the sweeps and studies of a store are, for `resweep sweep --list` and `report`."""

from typing import TYPE_CHECKING

from resweep.cli.output.as_json import dump
from resweep.cli.output.formats import Format, print_sheets
from resweep.cli.stores import open_store
from resweep.printable import printable
from resweep.report import console
from resweep.report.tables import unfinished

if TYPE_CHECKING:
    from resweep.report.sheet import Sheet
    from resweep.store import Store

COLUMNS = ("sweep", "cells", "queued", "running", "done", "failed", "made")


def print_sweeps(url: str, *, as_json: bool) -> None:
    """A table, or a JSON array, of every sweep, newest first, with its tasks on Slurm."""
    from resweep.cli.output import slurm_tasks

    with open_store(url) as store:
        sweeps = store.sweeps()
    tasks = slurm_tasks.tasks(url)
    if as_json:
        of_sweep = slurm_tasks.by_sweep(tasks)
        dump(
            [
                {
                    "name": s.name,
                    "created": s.created.isoformat(),
                    "cells": s.cells,
                    "definition": s.definition,
                    "slurm": of_sweep.get(s.name, []),
                }
                for s in sweeps
            ]
        )
        return
    from rich.table import Table  # a report does not need it

    table = Table(*COLUMNS, box=None, pad_edge=False)
    for column in table.columns[1:-1]:
        column.justify = "right"
    for s in sweeps:
        counts = [sum(s.cells.values()), *(s.cells[status] for status in COLUMNS[2:-1])]
        table.add_row(printable(s.name), *map(str, counts), f"{s.created:%Y-%m-%d %H:%M}")
    console.results().print(table)
    if tasks:
        slurm_tasks.print_tasks(tasks)


def print_unfinished(store: "Store", sweep: str | None, how: Format) -> None:
    """Print below a report for people which sweeps are not done, and how far studies are."""
    if not how.for_people:
        return
    sheets = unfinished_sheets(store, sweep)
    if sheets:
        print()
    print_sheets(sheets, how)


def unfinished_sheets(store: "Store", sweep: str | None) -> "list[Sheet]":
    """The tables of the sweeps that are not done, or of the one named `sweep`, and of the studies.

    With `sweep` no study is looked at.
    """
    sheets = []
    begun = [s for s in store.sweeps() if sweep in (None, s.name)]
    undone = [s for s in begun if s.cells["done"] < sum(s.cells.values())]
    if undone:
        sheets.append(unfinished.sweeps_table([(s.name, s.cells) for s in undone]))
    studies = [] if sweep else [(s.name, s.trials) for s in store.study_progress()]
    if studies:
        sheets.append(unfinished.studies_table(studies))
    return sheets
