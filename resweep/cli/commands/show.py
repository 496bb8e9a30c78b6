"""`resweep show KEY`: one stored run with its profile and curve, or one stored inspection."""

from typing import Annotated

import typer

from resweep.cli.options import DEFAULT_STORE, EveryOption, JsonOption, StoreOption
from resweep.cli.output import as_json as json_output
from resweep.cli.output import inspections, present
from resweep.cli.stores import check_key, open_store
from resweep.errors import MissingError, UsageError

EPILOG = "Example: resweep show 3f2a"
Key = Annotated[
    str, typer.Argument(metavar="KEY", help="the key of a run or inspection, or its start")
]


def show(
    key: Key,
    *,
    every: EveryOption = None,
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
) -> None:
    """Print one stored run as `resweep run` printed it; on several datasets, each of them.

    A stored inspection is printed as `resweep inspect` printed it.
    """
    check_key(key)
    with open_store(store) as opened:
        outcomes, answers = opened.matching(key), opened.inspections(key)
    if not outcomes and not answers:
        raise MissingError(
            f"no run begins with {key!r} in {opened.name}: `resweep ls` lists what there is"
        )
    found = {o.experiment.key for o in outcomes} | {a.question.key for a in answers}
    keys = sorted(found)
    if len(keys) > 1:
        examples = ", ".join(k[: len(key) + 4] for k in keys[:8])
        raise UsageError(f"{key!r} begins {len(keys)} keys: {examples}")
    if answers:
        inspections.inspection(answers[0], every, as_json=as_json)
    elif as_json:
        json_output.dump_runs(outcomes)
    else:
        present.runs(outcomes, every)
