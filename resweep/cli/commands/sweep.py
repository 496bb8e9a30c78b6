"""`resweep sweep`: every cell of a grid, once, from a file or from flags."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from resweep import registry
from resweep.analysis.compare import comparisons
from resweep.cli.flags import Fields, expanded
from resweep.cli.options import CsvOption, DryRunOption, EstimateOption, JsonOption
from resweep.cli.output import formats, present, sweep_progress
from resweep.cli.output.answered import Answered
from resweep.cli.running import lists
from resweep.cli.running.begin import begin
from resweep.cli.running.run_options import RunOptions
from resweep.cli.stores import open_store
from resweep.errors import MissingError, UsageError
from resweep.plans import recipes, sweep_file
from resweep.printable import check_name

if TYPE_CHECKING:
    from resweep.experiment import Experiment
    from resweep.plans.sweep_file import Definition

EPILOG = (
    "Examples: resweep sweep smoke   |   "
    "resweep sweep --c 0.25,0.5,1,2 --blocks 10,50 --multiplier 0.5..4:log5 --executor processes"
)
File = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE",
        help="a sweep file: \\[fixed] fields and \\[\\[grid]] axes; or a ready one, as smoke",
    ),
]
Name = Annotated[
    str | None,
    typer.Option(
        "--name", metavar="NAME", help="the sweep's name (default: the file's, or from its cells)"
    ),
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


@expanded
def sweep(
    file: File = None,
    *,
    fields: Fields,
    name: Name = None,
    options: RunOptions,
    rerun: Again = None,
    fail_fast: FailFast = False,
    max_tries: MaxTries = 3,
    max_cells: MaxCells = 10_000,
    dry_run: DryRunOption = False,
    estimate: EstimateOption = False,
    listing: List = False,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Run the grid of a sweep file or of flags; cells that are stored are not run again.

    Flags take lists and ranges: --c 0.25,0.5,1 --multiplier 0.5..4:log5. Killed at any moment, the
    same command goes on with the cells that are missing, and so does --name NAME alone; two of them
    share the cells.
    """
    how = formats.Format(as_json=as_json, as_csv=as_csv)
    if listing:
        sweep_progress.print_sweeps(options.store, as_json=as_json)
        return
    if name and not fields and file is None:
        if fields.recipe:
            raise UsageError(f"sweep {name!r} goes on with its own recipe: drop --recipe")
        definition = again(name, options.store)
    else:
        definition = defined(file, fields)
    cells = definition.experiments(max_cells)
    work = begin(options, dataset_of(cells), fail_fast=fail_fast)
    from resweep.cli.running import outcomes
    from resweep.cli.running.estimate import print_plan

    experiments = [work.resolve(e) for e in cells]
    digest = sweep_file.digest(cells)
    called = check_name("sweep", name or definition.name or f"sweep-{digest[:8]}")
    if dry_run or estimate:
        print_plan(called, experiments, work, timed=estimate)
        return
    whole = outcomes.SweepCells(experiments, definition.to_json(), digest, definition.axes)
    measured = outcomes.sweep(work, called, whole, rerun=rerun, max_tries=max_tries)
    present.run_list(measured, how)
    if how.for_people and measured:
        print()
        compared = comparisons(measured, "first_epoch_accuracy")
        formats.print_comparisons([Answered(one) for one in compared], how)
    present.exit_code(measured)


def dataset_of(cells: "list[Experiment]") -> str:
    """The one dataset of a sweep; raises UsageError where its cells name several."""
    datasets = sorted({e.dataset for e in cells})
    if len(datasets) > 1:
        raise UsageError(
            f"several datasets ({', '.join(datasets)}) in one sweep: give each a sweep of its own"
        )
    return datasets[0]


def again(name: str, store: str) -> "Definition":
    """The sweep of that name as the store keeps it; MissingError where it has none."""
    with open_store(store) as opened:
        kept = {s.name: s.definition for s in opened.sweeps()}
    if name not in kept:
        try:
            registry.check("sweep", name, tuple(kept))
        except UsageError as error:
            raise MissingError(f"{error}; to begin one say what varies, or name a file") from None
    return sweep_file.define({"recipe": recipes.EARLIER, **kept[name]})


def defined(file: Path | None, fields: Fields) -> "Definition":
    """The sweep that the file, or the flags in its place, mean."""
    if file is not None and fields:
        flag = next(iter(fields)).replace("_", "-")
        raise UsageError(f"{file} says what varies: drop --{flag}, or write it there")
    if file is not None:
        definition = sweep_file.read(file, fields.recipe)
        if definition.search is not None:
            raise UsageError(f"{file} has a [search] table: run it with resweep study {file}")
        return definition
    if not fields:
        raise UsageError(
            "nothing to sweep: name a file or a ready sweep such as smoke, "
            "or say what varies: --c 0.5,1,2"
        )
    return lists.definition(fields)
