"""`resweep compare`: several arms, several seeds, the same batches for all."""

from typing import TYPE_CHECKING, Annotated

import typer

from resweep.cli.options import (
    DEFAULT_STORE,
    CsvOption,
    DataOption,
    DeviceOption,
    DryRunOption,
    ExecutorOption,
    Fields,
    IntervalOption,
    JsonOption,
    KernelPathOption,
    LatexOption,
    MarkdownOption,
    QuietOption,
    RerunOption,
    StoreOption,
    WorkersOption,
    experiment_flags,
)
from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.scheme_pages import uses

if TYPE_CHECKING:
    from resweep.arms import Arm

EPILOG = "Examples: resweep compare he depth-scaled bn --blocks 20   |   resweep compare depth-scaled:c=0.5 depth-scaled:c=2"
Names = Annotated[
    list[str],
    typer.Argument(metavar="ARM...", help="he, depth-scaled, bn, ...; depth-scaled:c=0.5"),
]
Seeds = Annotated[
    int, typer.Option("--seeds", min=1, metavar="N", help="seeds 0 .. N-1 for every arm")
]
Metric = Annotated[
    str, typer.Option("--metric", metavar="NAME", help="the metric that arms are compared by")
]


@experiment_flags
def compare(
    names: Names,
    *,
    fields: Fields,
    seeds: Seeds = 3,
    metric: Metric = "first_epoch_accuracy",
    interval: IntervalOption = "t",
    data: DataOption = None,
    store: StoreOption = DEFAULT_STORE,
    device: DeviceOption = "auto",
    kernel_path: KernelPathOption = "auto",
    executor: ExecutorOption = "inline",
    workers: WorkersOption = None,
    rerun: RerunOption = False,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    as_markdown: MarkdownOption = False,
    as_latex: LatexOption = False,
    quiet: QuietOption = False,
) -> None:
    """Run several arms with the same seeds and batches and compare first-epoch accuracy.

    What is stored already is answered from the store; differences within noise are marked so.
    """
    from resweep.arms import parse

    arms = distinct([parse(name) for name in names])
    common = shared(fields, arms)
    by_arm = {arm.label: [experiment(arm, common, seed) for seed in range(seeds)] for arm in arms}
    from resweep.analysis.compare import compare as compare_arms
    from resweep.cli.output import formats, pictures, present
    from resweep.cli.running.work import Work

    word = common.get("dataset", "auto")
    where = {
        "store": store,
        "device": device,
        "kernel_path": kernel_path,
        "executor": executor,
        "workers": workers,
    }
    work = Work.on(word, data, **where, rerun=rerun, quiet=quiet)
    resolved = {
        label: [work.resolve(e) for e in experiments] for label, experiments in by_arm.items()
    }
    by_seed = [e for experiments in zip(*resolved.values(), strict=True) for e in experiments]
    if dry_run:
        present.plan(by_seed, work)
        return
    how = formats.Format(as_json=as_json, as_csv=as_csv, as_markdown=as_markdown, as_latex=as_latex)
    outcomes = {o.experiment.key: o for o in work.outcomes(by_seed)}
    groups = [
        (label, [outcomes[e.key] for e in experiments]) for label, experiments in resolved.items()
    ]
    comparison = present.with_theory(groups, compare_arms(groups, metric, interval))
    if as_json:
        present.dump(comparison.to_json())
    else:
        formats.print_comparisons([comparison], how)
        pictures.print_arms(groups, how)
    present.exit_code(list(outcomes.values()))


def distinct(arms: "list[Arm]") -> "list[Arm]":
    labels = [arm.label for arm in arms]
    for label in labels:
        if labels.count(label) > 1:
            raise UsageError(f"arm {label!r} is named twice: name each arm once")
    return arms


def shared(fields: Fields, arms: "list[Arm]") -> dict[str, str]:
    """The flags that hold for every arm: one value each, no seed, none that an arm sets itself."""
    for name, texts in fields.items():
        if name == "seed":
            raise UsageError("seed cannot be set here: --seeds N runs seeds 0 .. N-1 for every arm")
        if len(texts) > 1:
            raise UsageError(
                f"{name} is given {len(texts)} times: give one value, or name arms like he:{name}={texts[0]}"
            )
        if any(name in arm.fields for arm in arms) and name in ("block", "scheme"):
            raise UsageError(f"{name} is what the arms differ in: drop --{name}")
    if "c" in fields and not any("c" in uses(scheme(arm, fields)) for arm in arms):
        raise UsageError(
            "c has no effect on any of these arms: drop it, or add the arm depth-scaled"
        )
    return {name: texts[0] for name, texts in fields.items()}


def scheme(arm: "Arm", fields: Fields) -> str:
    default: str = Experiment.model_fields["scheme"].default
    return str(arm.fields.get("scheme", fields.get("scheme", [default])[0]))


def experiment(arm: "Arm", common: dict[str, str], seed: int) -> Experiment:
    """The arm's experiment; a common c is left out where the arm's scheme does not read it."""
    fields = {**common, **arm.fields, "seed": seed}
    if "c" not in arm.fields and "c" not in uses(scheme(arm, {})):
        fields.pop("c", None)
    return Experiment.parse(**fields)
