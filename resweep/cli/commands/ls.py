"""`resweep ls`: the stored runs, newest first."""

from typing import Annotated

import typer

from resweep.cli.options import DEFAULT_STORE, CsvOption, JsonOption, StoreOption, WhereOption
from resweep.cli.output import formats, present
from resweep.cli.stores import condition, open_store, say_unmet

EPILOG = "Examples: resweep ls --limit 10   |   resweep ls --csv > runs.csv"
Limit = Annotated[int | None, typer.Option("--limit", min=1, metavar="N", help="the N newest")]


def ls(
    *,
    limit: Limit = None,
    where: WhereOption = None,
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """List stored runs, newest first: key, settings that differ, status, accuracy."""
    how = formats.Format(as_json=as_json, as_csv=as_csv)
    chosen = condition(where)
    with open_store(store) as opened:
        outcomes = opened.outcomes(limit=limit, curves=False, where=chosen)
        say_unmet(opened, where)
        present.run_list(outcomes, how)
