"""`resweep sweep FILE`: every cell of a sweep file, once."""

from pathlib import Path
from typing import Annotated

import typer

from resweep.cli.options import (
    DEFAULT_STORE,
    CsvOption,
    DataOption,
    DeviceOption,
    DryRunOption,
    JsonOption,
    KernelPathOption,
    QuietOption,
    RerunOption,
    StoreOption,
)

EPILOG = "Examples: resweep sweep sweeps/smoke.toml   |   resweep sweep sweeps/paper/fig3.toml --dry-run"
File = Annotated[Path, typer.Argument(metavar="FILE", help="a sweep file: [fixed] fields and [[grid]] axes")]


def sweep(
    file: File,
    *,
    data: DataOption = None,
    store: StoreOption = DEFAULT_STORE,
    device: DeviceOption = "auto",
    kernel_path: KernelPathOption = "auto",
    rerun: RerunOption = False,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    quiet: QuietOption = False,
) -> None:
    """Run the grid of a sweep file; cells that are stored are not run again.

    Killed at any moment, the same command goes on with the cells that are missing.
    """
    from resweep.cli import present, statistics
    from resweep.cli.work import Work
    from resweep.errors import UsageError
    from resweep.plans.sweep_file import read

    statistics.check_format(as_json=as_json, as_csv=as_csv)
    cells = read(file)
    datasets = {e.dataset for e in cells}
    if len(datasets) > 1:
        raise UsageError(f"{file} names several datasets ({', '.join(sorted(datasets))}): one sweep has one")
    how = {"store": store, "device": device, "kernel_path": kernel_path, "rerun": rerun, "quiet": quiet}
    work = Work.on(datasets.pop(), data, **how)
    experiments = [work.resolve(e) for e in cells]
    if dry_run:
        present.plan(experiments, work)
        return
    outcomes = work.outcomes(experiments)
    present.run_list(outcomes, as_json=as_json, as_csv=as_csv)
    present.exit_code(outcomes)
