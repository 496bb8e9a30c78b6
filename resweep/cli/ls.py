"""`resweep ls`: the stored runs, newest first."""

from typing import Annotated

import typer

from resweep.cli.options import DEFAULT_STORE, CsvOption, JsonOption, StoreOption

EPILOG = "Examples: resweep ls --limit 10   |   resweep ls --csv > runs.csv"
Limit = Annotated[int | None, typer.Option("--limit", min=1, metavar="N", help="the N newest")]


def ls(
    *,
    limit: Limit = None,
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """List stored runs, newest first: key, settings that differ, status, accuracy."""
    from resweep.cli import present, statistics
    from resweep.store import Store

    statistics.check_format(as_json=as_json, as_csv=as_csv)
    with Store.open(store, create=False) as opened:
        outcomes = list(opened.outcomes(limit=limit, curves=False))
    present.run_list(outcomes, as_json=as_json, as_csv=as_csv)
