"""`resweep rm`: forget stored runs."""

import sys
from typing import Annotated

import typer

from resweep.cli.options import DEFAULT_STORE, StoreOption, WhereOption
from resweep.cli.output.messages import say
from resweep.cli.stores import check_key, condition, open_store
from resweep.errors import MissingError, UsageError
from resweep.report.numbers import counted

EPILOG = "Examples: resweep rm 3f2a 81c0   |   resweep rm --where 'status=error' --yes"
Keys = Annotated[list[str] | None, typer.Argument(metavar="KEY...", help="keys, or how they begin")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="do not ask")]


def rm(
    keys: Keys = None,
    *,
    where: WhereOption = None,
    yes: Yes = False,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Remove stored runs, by key or by condition, after asking.

    Without a terminal nothing is asked: --yes is needed.
    """
    if bool(keys) == bool(where):
        raise UsageError("say which runs: keys, or --where 'status=error', one of the two")
    for key in keys or ():
        check_key(key)
    with open_store(store) as opened:
        chosen = opened.ids(prefixes=keys or (), where=condition(where))
        if not chosen:
            raise MissingError(
                f"no run of {opened.name} is meant: `resweep ls` lists what there is"
            )
        if not yes and not agreed(len(chosen), opened.name):
            say("nothing was removed")
            raise typer.Exit(1)
        removed = opened.remove(chosen)
        print(f"{opened.name}: {counted(removed, 'run')} removed, {opened.count()} left")


def agreed(count: int, name: str) -> bool:
    """Whether the person at the terminal says yes; UsageError where nobody is there to be asked."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            f"{counted(count, 'run')} of {name} would be removed: "
            "add --yes to do so without being asked"
        )
    return typer.confirm(f"remove {counted(count, 'run')} of {name}?", err=True)
