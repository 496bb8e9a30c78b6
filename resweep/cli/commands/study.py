"""`resweep study`: a search over Experiment fields by Optuna, as a file or as flags."""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from resweep.cli.options import (
    DEFAULT_STORE,
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
from resweep.experiment import Experiment

if TYPE_CHECKING:
    from resweep.cli.running.work import Work
    from resweep.plans.search import Search
    from resweep.plans.trials import Evaluator, Summary

    Asked = tuple[
        Search, dict[str, Any], str | None
    ]  # what is searched, what is fixed, the file's name for it

EPILOG = (
    "Examples: resweep study --c 0.1..10:log --blocks 4..12 --multiplier 0.25..4:log --trials 20   |   "
    "resweep study sweeps/study_smoke.toml   |   resweep study --importance study_smoke"
)
File = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="a file with [fixed], [search] and [search.ranges]"),
]
Name = Annotated[
    str | None,
    typer.Option("--name", help="the study's name (default: the file's, or from the search)"),
]
Trials = Annotated[
    int | None, typer.Option("--trials", min=1, metavar="N", help="trials in total (default 20)")
]
Sampler = Annotated[str | None, typer.Option("--sampler", help="tpe, gp, cmaes, qmc, random")]
Pruner = Annotated[
    str | None,
    typer.Option("--pruner", help="none, median, hyperband, successive-halving, patient"),
]
Goal = Annotated[
    str | None, typer.Option("--objective", metavar="METRIC", help="default first_epoch_accuracy")
]
Direction = Annotated[
    str | None,
    typer.Option("--direction", help="maximize, minimize; auto: accuracies up, else down"),
]
Constraints = Annotated[
    list[str] | None,
    typer.Option(
        "--constraint", metavar="METRIC<=X", help="such as forward_growth<=100; repeatable"
    ),
]
SamplerSeed = Annotated[
    int | None, typer.Option("--sampler-seed", metavar="N", help="seed of the sampler")
]
Importance = Annotated[
    str | None, typer.Option("--importance", metavar="NAME", help="read a study, run nothing")
]
By = Annotated[
    Literal["ped-anova", "fanova"],
    typer.Option("--evaluator", help="of importance; fanova needs scikit-learn"),
]
TakeOver = Annotated[
    bool,
    typer.Option(
        "--take-over", help="go on with trials that drivers on other hosts hold: they are dead"
    ),
]


@experiment_flags
def study(
    file: File = None,
    *,
    fields: Fields,
    name: Name = None,
    trials: Trials = None,
    sampler: Sampler = None,
    pruner: Pruner = None,
    objective: Goal = None,
    direction: Direction = None,
    constraint: Constraints = None,
    sampler_seed: SamplerSeed = None,
    importance: Importance = None,
    evaluator: By = "ped-anova",
    take_over: TakeOver = False,
    data: DataOption = None,
    store: StoreOption = DEFAULT_STORE,
    device: DeviceOption = "auto",
    kernel_path: KernelPathOption = "auto",
    executor: ExecutorOption = "inline",
    workers: WorkersOption = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Search c, depth, multiplier or any other field with Optuna; a killed study goes on under its name.

    A flag with a range (--c 0.1..10:log) or a list (--scheme he,depth-scaled) is searched, one with a value is fixed.
    Trials are kept by Optuna in the store's own database: optuna-dashboard opens it.
    """
    if importance is not None:
        if file or fields or trials:
            raise UsageError(
                "--importance NAME only reads a study: drop the file, the fields and --trials"
            )
        show(read(importance, store, evaluator), as_json=as_json)
        return
    told = {
        "trials": trials,
        "sampler": sampler,
        "pruner": pruner,
        "objective": objective,
        "direction": direction,
        "constraints": constraint or None,
        "seed": sampler_seed,
    }
    search, fixed, named = from_file(file, fields, told) if file else from_flags(fields, told)
    corners = list(search.corners(fixed))
    from resweep.cli.running.work import Work

    how = {
        "store": store,
        "device": device,
        "kernel_path": kernel_path,
        "rerun": False,
        "quiet": quiet,
    }
    how |= {"executor": executor, "workers": workers}
    work = Work.on(corners[0].dataset, data, **how)
    name = name or named or default_name(search, fixed)
    resolved = [work.resolve(e) for e in corners]
    if dry_run:
        announce(name, search, resolved[0], work)
        return
    run(name, search, fixed, work, take_over)
    summary = read(name, store, evaluator)
    show(summary, as_json=as_json)
    if summary.statuses.get("error"):
        raise typer.Exit(3)


def run(name: str, search: "Search", fixed: dict[str, Any], work: "Work", take_over: bool) -> None:
    from resweep.cli.running.work import warn
    from resweep.plans.study import Study
    from resweep.plans.study_storage import storage
    from resweep.store import Store
    from resweep.store.beside import studies_url

    with Store.open(work.store) as opened:
        kept = storage(studies_url(work.store, create=True), create=True)
        data = work.source.fingerprint
        plan = Study(name, search, fixed, work.resolve, kept, data=data, take_over=take_over)
        if not work.quiet and plan.again:
            warn(
                f"{len(plan.again)} trials were left running by a driver that is gone: they come first"
            )
        total = max(search.trials, plan.finished + plan.left)
        for _ in work.drive(
            plan, opened, total, axes=tuple(search.ranges), count=lambda: plan.finished
        ):
            pass
        if plan.elsewhere:
            warn(
                f"{plan.elsewhere} trials are held by other drivers; if those are gone, say --take-over"
            )


def read(name: str, store: str, evaluator: "Evaluator") -> "Summary":
    from resweep.plans.study_storage import storage
    from resweep.plans.study_summary import load, summarize
    from resweep.store.beside import studies_url

    return summarize(load(name, storage(studies_url(store, create=False), create=False)), evaluator)


def from_flags(fields: Fields, told: dict[str, Any]) -> "Asked":
    """Ranges and lists are searched, single values fixed."""
    from resweep.plans.search import Search

    joined = {name: ",".join(texts) for name, texts in fields.items()}
    ranges = {name: text for name, text in joined.items() if ".." in text or "," in text}
    fixed = {name: text for name, text in joined.items() if name not in ranges}
    return (
        Search.parse(ranges=ranges, **{k: v for k, v in told.items() if v is not None}),
        fixed,
        None,
    )


def from_file(file: Path, fields: Fields, told: dict[str, Any]) -> "Asked":
    """The file's search with what the flags say of trials, sampler, ... in place of the file's."""
    from resweep.plans.sweep_file import read as read_file

    if fields:
        raise UsageError(
            f"{file} says what is fixed and searched: drop --{next(iter(fields)).replace('_', '-')}"
        )
    found = read_file(file)
    if found.search is None:
        raise UsageError(f"{file} has no [search] table: run it with resweep sweep {file}")
    return (
        found.search.but(**{k: v for k, v in told.items() if v is not None}),
        found.fixed,
        found.name,
    )


def default_name(search: "Search", fixed: dict[str, Any]) -> str:
    """The same flags are the same study."""
    text = json.dumps([search.definition(), fixed], sort_keys=True)
    return f"study-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def announce(name: str, search: "Search", corner: Experiment, work: "Work") -> None:
    """--dry-run: what would be searched, and what is fixed."""
    print(
        f"study {name}: {search.trials} trials in total by {search.sampler}, pruner {search.pruner}, "
        f"on {work.source.name} {work.source.fingerprint[:8]}"
    )
    aim = "maximize" if search.goal.maximize else "minimize"
    subject = f" subject to {', '.join(map(str, search.constraints))}" if search.constraints else ""
    print(f"{aim} {search.objective}{subject}")
    for field, span in search.ranges.items():
        print(f"  {field} in {span}")
    fixed = corner.model_dump(exclude_defaults=True, exclude=set(search.ranges))
    print("fixed:", " ".join(f"{k}={v}" for k, v in fixed.items()))


def show(summary: "Summary", *, as_json: bool) -> None:
    from resweep.cli.output import present
    from resweep.report import console
    from resweep.report.tables.trials import importance_table, trials_table

    if as_json:
        present.dump(summary.to_json())
        return
    out = console.results()
    out.print(trials_table(summary))
    if summary.importance:
        out.print(importance_table(summary))
