"""`resweep db`: look after a store."""

import typer

from resweep.cli.commands import SETTINGS
from resweep.cli.options import DEFAULT_STORE, StoreOption
from resweep.errors import ResweepError

app = typer.Typer(no_args_is_help=True, add_completion=False, context_settings=SETTINGS, help="Look after a store.")


@app.command(epilog="Example: resweep db upgrade --store sqlite:///old.db")
def upgrade(*, store: StoreOption = DEFAULT_STORE) -> None:
    """Bring a store to this program's schema, creating it where there is none."""
    from resweep.store import upgrade as apply

    before, after = apply(store)
    print(f"{store}: {before or 'empty'} -> {after}" if before != after else f"{store}: {after}, up to date")


@app.command(epilog="Example: resweep db check")
def check(*, store: StoreOption = DEFAULT_STORE) -> None:
    """Verify a store: damaged pages, orphaned rows, keys that are not their runs'; exit code 1 where one is found."""
    from resweep.store import Store

    with Store.open(store, create=False) as opened:
        complaints, count = opened.integrity(), opened.count()
    for complaint in complaints:
        print(complaint)
    if complaints:
        raise ResweepError(f"{store} has {len(complaints)} faults: restore it from a copy")
    print(f"{store}: {count} runs, whole")
