"""`resweep export`: every number of the store in long format, for other programs."""

import sys
from itertools import chain
from pathlib import Path
from typing import Annotated, Literal

import typer

from resweep.cli.options import DEFAULT_STORE, StoreOption, SweepOption, WhereOption
from resweep.cli.output.messages import say
from resweep.cli.stores import condition, open_store, say_unmet
from resweep.errors import UsageError
from resweep.numerals import counted
from resweep.report.export import inspections, long

EPILOG = (
    "Examples: resweep export runs.parquet   |   resweep export --format csv | head   |   "
    "resweep export c.jsonl"
)
File = Annotated[
    Path | None,
    typer.Argument(metavar="FILE", help=".csv, .jsonl or .parquet; stdout without one"),
]
Kind = Annotated[
    Literal["csv", "jsonl", "parquet"] | None,
    typer.Option("--format", help="in place of what FILE's ending says"),
]
ENDINGS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}


def export(
    file: File = None,
    *,
    kind: Kind = None,
    where: WhereOption = None,
    sweep: SweepOption = None,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Write every number of the stored runs in long format: run, kind, name, index, value.

    One value a row: run (its key), kind (field, metric, profile or curve), name, index (block or
    epoch), value; text values go to a column `text`. Stored inspections follow, in kinds of their
    own, unless runs are chosen by a condition or a sweep. Parquet needs pyarrow.
    """
    chosen = kind or (ENDINGS.get(file.suffix.lower()) if file else "csv")
    if chosen is None:
        raise UsageError(
            f"{file}: say --format csv, jsonl or parquet, "
            "or end the name in .csv, .jsonl or .parquet"
        )
    if chosen == "parquet" and file is None:
        raise UsageError("parquet is no text: name a file, as in resweep export runs.parquet")
    narrowed = condition(where, sweep)
    with open_store(store) as opened:
        say_unmet(opened, where, sweep)
        records = long.records(opened.outcomes(profiles=True, where=narrowed))
        if narrowed is None:
            records = chain(records, inspections.long_records(opened.inspections()))
        count = long.write(records, chosen, file or sys.stdout)
    say(f"{counted(count, 'line')} written to {file or 'stdout'}")
