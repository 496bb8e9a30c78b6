"""`resweep sweep`: every cell of a grid, once, from a file or from flags."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from resweep.cli.options import (
    DEFAULT_STORE,
    CsvOption,
    DataOption,
    DeviceOption,
    DryRunOption,
    ExecutorOption,
    Fields,
    JsonOption,
    KernelPathOption,
    QuietOption,
    StoreOption,
    WorkersOption,
    experiment_flags,
)
from resweep.errors import UsageError

if TYPE_CHECKING:
    from resweep.plans.sweep_file import Definition

EPILOG = (
    "Examples: resweep sweep sweeps/smoke.toml   |   "
    "resweep sweep --c 0.25,0.5,1,2 --blocks 10,50 --multiplier 0.5..4:log5 --executor processes"
)
File = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="a sweep file: [fixed] fields and [[grid]] axes"),
]
Name = Annotated[
    str | None,
    typer.Option("--name", help="the sweep's name (default: the file's, or from its cells)"),
]
Again = Annotated[
    Literal["failed", "all"] | None,
    typer.Option("--rerun", help="run once more: failed cells, or all of them"),
]
FailFast = Annotated[bool, typer.Option("--fail-fast", help="end at the first failed cell")]
MaxTries = Annotated[
    int, typer.Option("--max-tries", min=1, metavar="N", help="for a cell whose worker dies")
]
MaxCells = Annotated[
    int, typer.Option("--max-cells", min=1, metavar="N", help="refuse larger grids")
]
List = Annotated[
    bool, typer.Option("--list", help="list the store's sweeps and how far they are; run nothing")
]


@experiment_flags
def sweep(
    file: File = None,
    *,
    fields: Fields,
    name: Name = None,
    data: DataOption = None,
    store: StoreOption = DEFAULT_STORE,
    device: DeviceOption = "auto",
    kernel_path: KernelPathOption = "auto",
    executor: ExecutorOption = "inline",
    workers: WorkersOption = None,
    rerun: Again = None,
    fail_fast: FailFast = False,
    max_tries: MaxTries = 3,
    max_cells: MaxCells = 10_000,
    dry_run: DryRunOption = False,
    listing: List = False,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    quiet: QuietOption = False,
) -> None:
    """Run the grid of a sweep file or of flags; cells that are stored are not run again.

    Flags take lists and ranges: --c 0.25,0.5,1 --multiplier 0.5..4:log5. Killed at any moment, the same command goes on
    with the cells that are missing; two of them share the cells.
    """
    from resweep.cli.output import formats, present
    from resweep.cli.running.work import SweepCells, Work
    from resweep.plans.sweep_file import digest

    written = formats.Format(as_json=as_json, as_csv=as_csv)
    if listing:
        from resweep.cli.output.sweep_progress import print_sweeps

        print_sweeps(store, as_json=as_json)
        return
    definition = defined(file, fields)
    cells = definition.experiments(max_cells)
    datasets = {e.dataset for e in cells}
    if len(datasets) > 1:
        raise UsageError(
            f"several datasets ({', '.join(sorted(datasets))}) in one sweep: give each a sweep of its own"
        )
    work = Work.on(
        datasets.pop(),
        data,
        store=store,
        device=device,
        kernel_path=kernel_path,
        rerun=False,
        quiet=quiet,
        executor=executor,
        workers=workers,
        fail_fast=fail_fast,
    )
    experiments = [work.resolve(e) for e in cells]
    content = digest(cells)
    whole = SweepCells(experiments, definition.to_json(), content, definition.axes)
    named = name or definition.name or f"sweep-{content[:8]}"
    if dry_run:
        from resweep.cli.running.estimate import print_plan

        print_plan(named, experiments, work)
        return
    outcomes = work.sweep(named, whole, rerun=rerun, max_tries=max_tries)
    present.run_list(outcomes, written)
    present.exit_code(outcomes)


def defined(file: Path | None, fields: Fields) -> "Definition":
    """The sweep that the file, or the flags in its place, mean."""
    from resweep.plans import axes, sweep_file

    if file is not None and fields:
        raise UsageError(
            f"{file} says what varies: drop --{next(iter(fields)).replace('_', '-')}, or write it there"
        )
    if file is not None:
        found = sweep_file.read(file)
        if found.search is not None:
            raise UsageError(f"{file} has a [search] table: run it with resweep study {file}")
        return found
    if not fields:
        raise UsageError(
            "nothing to sweep: name a file such as sweeps/smoke.toml, or say what varies: --c 0.5,1,2"
        )
    values = {
        name: axes.values(name, ",".join(texts), listed=True) for name, texts in fields.items()
    }
    fixed = {name: found[0] for name, found in values.items() if len(found) == 1}
    grid = {name: found for name, found in values.items() if len(found) > 1}
    return sweep_file.define({"fixed": fixed, "grid": [grid] if grid else []})
