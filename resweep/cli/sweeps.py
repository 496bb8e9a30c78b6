"""`resweep sweep --list`: the sweeps of a store and how far they are."""

from resweep.store import Store

COLUMNS = ("sweep", "cells", "queued", "running", "done", "failed", "made")


def print_sweeps(url: str, *, as_json: bool) -> None:
    """A table, or a JSON array, of every sweep, newest first."""
    from resweep.cli import present

    with Store.open(url, create=False) as store:
        found = store.sweeps()
    if as_json:
        present.dump(
            [
                {"name": s.name, "created": s.created.isoformat(), "cells": s.cells, "definition": s.definition}
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
