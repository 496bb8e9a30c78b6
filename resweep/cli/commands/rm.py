"""`resweep rm`: forget stored runs and inspections."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from resweep.cli.options import DEFAULT_STORE, StoreOption, WhereOption
from resweep.cli.output.messages import say
from resweep.cli.stores import check_key, condition, open_store
from resweep.errors import MissingError, UsageError
from resweep.numerals import counted

if TYPE_CHECKING:
    from resweep.store import Store

EPILOG = "Examples: resweep rm 3f2a 81c0   |   resweep rm --where 'status=error' --yes"
Keys = Annotated[list[str] | None, typer.Argument(metavar="KEY", help="keys, or how they begin")]
Inspections = Annotated[
    bool, typer.Option("--inspections", help="the keys are those of inspections")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="do not ask")]


def rm(
    keys: Keys = None,
    *,
    where: WhereOption = None,
    inspections: Inspections = False,
    yes: Yes = False,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Remove stored runs, by key or by condition, after asking.

    Without a terminal nothing is asked: --yes is needed.
    """
    if bool(keys) == bool(where):
        raise UsageError("say which runs: keys, or --where 'status=error', one of the two")
    if inspections and where:
        raise UsageError("--where chooses runs: name inspections by their keys")
    for key in keys or ():
        check_key(key)
    with open_store(store) as opened:
        if inspections:
            _forget(opened, keys or (), yes)
            return
        chosen = opened.ids(prefixes=keys or (), where=condition(where))
        if not chosen:
            raise MissingError(
                f"no run of {opened.name} is meant: `resweep ls` lists what there is"
            )
        _agree(yes, counted(len(chosen), "run"), opened.name)
        removed = opened.remove(chosen)
        print(f"{opened.name}: {counted(removed, 'run')} removed, {opened.count()} left")


def _forget(opened: "Store", prefixes: Sequence[str], yes: bool) -> None:
    """Remove the inspections whose keys begin with these texts, after asking."""
    found: list[str] = []
    for prefix in prefixes:
        matching = [answer.question.key for answer in opened.inspections(prefix)]
        if not matching:
            raise MissingError(
                f"no inspection begins with {prefix!r} in {opened.name}: "
                "`resweep report` lists what there is"
            )
        found += matching
    keys = list(dict.fromkeys(found))
    _agree(yes, counted(len(keys), "inspection"), opened.name)
    print(f"{opened.name}: {counted(opened.forget(keys), 'inspection')} removed")


def _agree(yes: bool, what: str, name: str) -> None:
    """Go on where the person at the terminal says yes, or has said so by `--yes`.

    Raises UsageError where nobody is there to be asked.
    """
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            f"{what} of {name} would be removed: add --yes to do so without being asked"
        )
    if not typer.confirm(f"remove {what} of {name}?", err=True):
        say("nothing was removed")
        raise typer.Exit(1)
