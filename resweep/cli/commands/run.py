"""`resweep run`: one experiment, or one for each combination of repeated flags."""

from itertools import product

from resweep.cli.options import (
    DEFAULT_STORE,
    DataOption,
    DeviceOption,
    DryRunOption,
    EveryOption,
    ExecutorOption,
    Fields,
    JsonOption,
    KernelPathOption,
    ProbeOption,
    QuietOption,
    RerunOption,
    StoreOption,
    WorkersOption,
    experiment_flags,
)
from resweep.experiment import Experiment

EPILOG = "Examples: resweep run --blocks 100 --c 1.0   |   resweep run --scheme he --seed 0 --seed 1 --train-size 5000"


@experiment_flags
def run(
    *,
    fields: Fields,
    data: DataOption = None,
    store: StoreOption = DEFAULT_STORE,
    device: DeviceOption = "auto",
    kernel_path: KernelPathOption = "auto",
    executor: ExecutorOption = "inline",
    workers: WorkersOption = None,
    probe: ProbeOption = None,
    rerun: RerunOption = False,
    dry_run: DryRunOption = False,
    every: EveryOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Probe a network at step 0, train it, store what came of it, and print the verdict and profile.

    What is stored already is answered from the store. A network that explodes is a result: exit code 0.
    """
    experiments = combinations(fields)
    from resweep.cli.output import present
    from resweep.cli.running.work import Work

    work = Work.on(
        experiments[0].dataset,
        data,
        store=store,
        device=device,
        kernel_path=kernel_path,
        executor=executor,
        workers=workers,
        rerun=rerun,
        quiet=quiet,
        probes=tuple(probe or ()),
    )
    resolved = [work.resolve(e) for e in experiments]
    if dry_run:
        present.plan(resolved, work)
        return
    outcomes = work.outcomes(resolved)
    if as_json:
        present.run_json(outcomes)
    else:
        present.runs(outcomes, every)
    present.exit_code(outcomes)


def combinations(fields: Fields) -> list[Experiment]:
    """The experiments of all combinations of repeated flags, the last flag varying fastest."""
    names = list(fields)
    return [
        Experiment.parse(**dict(zip(names, values, strict=True)))
        for values in product(*(fields[n] for n in names))
    ]
