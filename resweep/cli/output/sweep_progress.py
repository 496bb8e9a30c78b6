"""How far the sweeps and studies of a store are, for `resweep sweep --list` and `report`."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from resweep.cli.output.as_json import dump
from resweep.cli.output.formats import Format, print_sheets
from resweep.cli.stores import open_store
from resweep.numerals import counted
from resweep.report import console
from resweep.report.tables import unfinished
from resweep.report.tables.entries import Entry, table

if TYPE_CHECKING:
    from resweep.report.sheet import Sheet
    from resweep.store import Store
    from resweep.store.sweeps import Sweep


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
    console.results().print(sweeps_table(sweeps))
    if tasks:
        slurm_tasks.print_tasks(tasks)


def sweeps_table(sweeps: "Sequence[Sweep]") -> "Sheet":
    """Return a table with a row per sweep, done or not, and when each was made."""
    entries: list[Entry[Sweep]] = [
        Entry("sweep", lambda sweep: sweep.name, fold=True, justify="left"),
        *(Entry(status, partial(_cells, status=status)) for status in unfinished.CELLS),
        Entry("cells", lambda sweep: str(sum(sweep.cells.values()))),
        Entry("made", lambda sweep: f"{sweep.created:%Y-%m-%d %H:%M}", 1, justify="left"),
    ]
    title = "no sweeps: resweep sweep smoke begins one"
    if sweeps:
        title = counted(len(sweeps), "sweep")
    return table(title, entries, sweeps)


def _cells(sweep: "Sweep", *, status: str) -> str:
    return str(sweep.cells[status])


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
