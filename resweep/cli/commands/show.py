"""`resweep show KEY`: one stored run, its profile and curve."""

from typing import Annotated

import typer

from resweep.cli.options import DEFAULT_STORE, EveryOption, JsonOption, StoreOption
from resweep.cli.output import as_json as json_output
from resweep.cli.output import present
from resweep.cli.stores import check_key, open_store
from resweep.errors import MissingError, UsageError

EPILOG = "Example: resweep show 3f2a"
Key = Annotated[str, typer.Argument(metavar="KEY", help="the key of a run, or how it begins")]


def show(
    key: Key,
    *,
    every: EveryOption = None,
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
) -> None:
    """Print one stored run as `resweep run` printed it; on several datasets, each of them."""
    check_key(key)
    with open_store(store) as opened:
        outcomes = opened.matching(key)
    if not outcomes:
        raise MissingError(
            f"no run begins with {key!r} in {opened.name}: `resweep ls` lists what there is"
        )
    keys = sorted({o.experiment.key for o in outcomes})
    if len(keys) > 1:
        examples = ", ".join(k[: len(key) + 4] for k in keys[:8])
        raise UsageError(f"{key!r} begins {len(keys)} keys: {examples}")
    if as_json:
        json_output.dump_runs(outcomes)
    else:
        present.runs(outcomes, every)
