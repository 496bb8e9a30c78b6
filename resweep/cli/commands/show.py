"""`resweep show KEY`: one stored run, its profile and curve."""

from typing import Annotated

import typer

from resweep.cli.options import DEFAULT_STORE, EveryOption, JsonOption, StoreOption
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
    from resweep.cli.output import present
    from resweep.store import Store

    if not key or set(key.lower()) - set("0123456789abcdef"):
        raise UsageError(f"{key!r} is not a key: keys are hexadecimal, see `resweep ls`")
    with Store.open(store, create=False) as opened:
        found = opened.matching(key)
    if not found:
        raise MissingError(
            f"no run begins with {key!r} in {store}: `resweep ls` lists what there is"
        )
    if len(keys := {o.experiment.key for o in found}) > 1:
        raise UsageError(
            f"{key!r} begins {len(keys)} keys: {', '.join(k[: len(key) + 4] for k in sorted(keys)[:8])}"
        )
    if as_json:
        present.run_json(found)
    else:
        present.runs(found, every)
