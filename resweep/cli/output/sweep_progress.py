"""How far the sweeps and studies of a store are: all for `resweep sweep --list`, those to tell of for `report`."""

from typing import TYPE_CHECKING

from resweep.store import Store

if TYPE_CHECKING:
    from resweep.cli.output.formats import Format

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
    """Below a report for people: the sweeps (or the one asked for) that are not done, and the studies."""
    if how != type(how)():
        return
    from resweep.cli.output.formats import print_sheets
    from resweep.report.tables import unfinished

    open_sweeps = [
        (s.name, s.cells)
        for s in store.sweeps()
        if sweep in (None, s.name) and s.cells["done"] < sum(s.cells.values())
    ]
    studies = [] if sweep else [(s.name, s.trials) for s in store.study_progress()]
    sheets = [unfinished.sweeps_table(open_sweeps)] if open_sweeps else []
    sheets += [unfinished.studies_table(studies)] if studies else []
    if sheets:
        print()
    print_sheets(sheets, how)
