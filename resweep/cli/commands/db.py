"""`resweep db`: look after a store."""

from typing import TYPE_CHECKING, Annotated

import typer

from resweep.cli.lazy import SETTINGS, Command, Group
from resweep.cli.options import DEFAULT_STORE, StoreOption
from resweep.errors import ResweepError
from resweep.numerals import counted
from resweep.printable import printable

if TYPE_CHECKING:
    from resweep.store import Store
    from resweep.store.merge_studies import CopyStudies

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    add_completion=False,
    context_settings=SETTINGS,
    help="Look after a store.",
)

Source = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE", help="the store that is read: sqlite:///FILE or postgresql://..."
    ),
]
Target = Annotated[
    str,
    typer.Argument(metavar="TARGET", help="the store that is written; made where there is none"),
]


@app.command(cls=Command, epilog="Example: resweep db upgrade --store sqlite:///old.db")
def upgrade(*, store: StoreOption = DEFAULT_STORE) -> None:
    """Bring a store to this program's schema."""
    from resweep.store import upgrade as apply
    from resweep.store.address import shown

    before, after = apply(store)
    if before == after:
        print(f"{shown(store)}: {after}, up to date")
    else:
        print(f"{shown(store)}: {before} -> {after}")


@app.command(cls=Command, epilog="Example: resweep db check")
def check(*, store: StoreOption = DEFAULT_STORE) -> None:
    """Look for damaged pages, orphaned rows and runs under a wrong key; exit code 1 if any."""
    from resweep.store import Store

    with Store.open(store, create=False) as opened:
        complaints = opened.integrity()
        for complaint in complaints:
            print(printable(complaint))
        if complaints:
            raise ResweepError(
                f"{opened.name} has {counted(len(complaints), 'fault')}: restore it from a copy, "
                "or save what can be read with resweep db copy"
            )
        print(f"{opened.name}: {counted(opened.count(), 'run')}, whole")


@app.command(
    cls=Command,
    epilog="Example: resweep db copy sqlite:///resweep.db postgresql://user@host/database",
)
def copy(source: Source, target: Target) -> None:
    """Copy every run, sweep and study to a new store, from SQLite to PostgreSQL or back."""
    from resweep.store import Store

    with Store.open(source, create=False) as read, Store.open(target) as written:
        if count := written.count():
            raise ResweepError(
                f"{written.name} holds {counted(count, 'run')} already: "
                f"resweep db merge {read.name} {written.name} adds to them"
            )
        take_in(read, written)


@app.command(
    cls=Command, epilog="Example: resweep db merge sqlite:///laptop.db sqlite:///resweep.db"
)
def merge(source: Source, target: Target) -> None:
    """Add the runs, sweeps and studies of a store to another.

    Of two runs with the same key and data the newer stays.
    """
    from resweep.store import Store

    with Store.open(source, create=False) as read, Store.open(target) as written:
        take_in(read, written)


def take_in(source: "Store", target: "Store") -> None:
    """Merge a store into another, and print what came of it; Optuna is loaded for studies only."""
    copies: CopyStudies | None = None
    if source.has_studies():
        from resweep.plans.study_copy import copy_studies

        copies = copy_studies
    done = target.merge(source, copies)
    print(
        f"{target.name}: {counted(done.added, 'run')} added, {done.replaced} replaced older ones, "
        f"{done.kept} were there already; "
        f"{counted(done.sweeps, 'sweep')} with {counted(done.cells, 'cell')}, "
        f"{counted(done.inspections, 'inspection')} and "
        f"{counted(done.studies, 'study', 'studies')} with "
        f"{counted(done.trials, 'trial')} added; {counted(target.count(), 'run')} in all"
    )
