"""How far the sweeps and studies of a store are, for `resweep sweep --list` and `report`."""

from typing import TYPE_CHECKING

from resweep.store import Store

if TYPE_CHECKING:
    from resweep.cli.output.formats import Format
    from resweep.report.sheet import Sheet

COLUMNS = ("sweep", "cells", "queued", "running", "done", "failed", "made")


def print_sweeps(url: str, *, as_json: bool) -> None:
    """A table, or a JSON array, of every sweep, newest first."""
    from resweep.cli.output import present

    with Store.open(url, create=False) as store:
        found = store.sweeps()
    if as_json:
        present.dump(
            [
                {
                    "name": s.name,
                    "created": s.created.isoformat(),
                    "cells": s.cells,
                    "definition": s.definition,
                }
                for s in found
            ]
        )
        return
    from rich.table import Table

    from resweep.report import console

    table = Table(*COLUMNS, box=None, pad_edge=False)
    for column in table.columns[1:-1]:
        column.justify = "right"
    for s in found:
        counts = [sum(s.cells.values()), *(s.cells[status] for status in COLUMNS[2:-1])]
        table.add_row(s.name, *map(str, counts), f"{s.created:%Y-%m-%d %H:%M}")
    console.results().print(table)


def print_unfinished(store: Store, sweep: str | None, how: "Format") -> None:
    """Print below a report for people which sweeps are not done, and how far studies are."""
    if how != type(how)():
        return
    from resweep.cli.output.formats import print_sheets

    sheets = unfinished_sheets(store, sweep)
    if sheets:
        print()
    print_sheets(sheets, how)


def unfinished_sheets(store: Store, sweep: str | None) -> "list[Sheet]":
    """Tables of the sweeps that are not done (only `sweep` if it is named), and of the studies."""
    from resweep.report.tables import unfinished

    open_sweeps = []
    for known in store.sweeps():
        asked_for = sweep in (None, known.name)
        if asked_for and known.cells["done"] < sum(known.cells.values()):
            open_sweeps.append((known.name, known.cells))
    studies = []
    if sweep is None:
        studies = [(study.name, study.trials) for study in store.study_progress()]
    sheets = [unfinished.sweeps_table(open_sweeps)] if open_sweeps else []
    if studies:
        sheets.append(unfinished.studies_table(studies))
    return sheets
