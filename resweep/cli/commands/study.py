"""`resweep study`: a search over Experiment fields by Optuna, as a file or as flags."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from resweep.cli.flags import Fields, expanded
from resweep.cli.options import DryRunOption, JsonOption
from resweep.cli.output import as_json as json_output
from resweep.cli.output.messages import warn
from resweep.cli.running import studies
from resweep.cli.running.begin import begin
from resweep.cli.running.run_options import RunOptions
from resweep.cli.stores import open_store
from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.numerals import counted
from resweep.plans.search import Search
from resweep.plans.trials import Summary
from resweep.printable import check_name
from resweep.report import console
from resweep.report.tables.trials import importance_table, trials_table

if TYPE_CHECKING:
    from resweep.cli.running.work import Work

EPILOG = (
    "Examples: resweep study --c 0.1..10:log --blocks 4..12 --multiplier 0.25..4:log --trials 20"
    "   |   resweep study study_smoke   |   resweep study --importance study_smoke"
)
File = Annotated[
    Path | None,
    typer.Argument(metavar="FILE", help="a file with \\[fixed], \\[search] and \\[search.ranges]"),
]
Name = Annotated[
    str | None,
    typer.Option(
        "--name", metavar="NAME", help="the study's name (default: the file's, or from the search)"
    ),
]
Trials = Annotated[
    int | None, typer.Option("--trials", min=1, metavar="N", help="trials in total (default 20)")
]
Sampler = Annotated[
    str | None, typer.Option("--sampler", metavar="NAME", help="tpe, gp, cmaes, qmc, random")
]
Pruner = Annotated[
    str | None,
    typer.Option(
        "--pruner", metavar="NAME", help="none, median, hyperband, successive-halving, patient"
    ),
]
Goal = Annotated[
    str | None, typer.Option("--objective", metavar="METRIC", help="default first_epoch_accuracy")
]
Direction = Annotated[
    str | None,
    typer.Option(
        "--direction", metavar="WORD", help="maximize, minimize; auto: accuracies up, else down"
    ),
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
        "--take-over",
        help="resume trials claimed by another host; use only if that process has died",
    ),
]


@expanded
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
    options: RunOptions,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    """Search c, depth, multiplier or any other field with Optuna.

    A flag with a range (--c 0.1..10:log) or a list (--scheme he,depth-scaled) is searched, one with
    a value is fixed. Killed, the same command goes on, and so does --name NAME alone. Trials are
    kept by Optuna in the store's own database: optuna-dashboard opens it.
    """
    if importance is not None:
        if file or fields or trials:
            raise UsageError(
                "--importance NAME only reads a study: drop the file, the fields and --trials"
            )
        show(studies.read(importance, options.store, evaluator), as_json=as_json)
        return
    flags = {
        "trials": trials,
        "sampler": sampler,
        "pruner": pruner,
        "objective": objective,
        "direction": direction,
        "constraints": constraint or None,
        "seed": sampler_seed,
    }
    given = {flag: value for flag, value in flags.items() if value is not None}
    if file is not None:
        asked = studies.from_file(file, fields, given)
    elif fields or fields.recipe or name is None:
        asked = studies.from_flags(fields, given)
    else:
        asked = studies.from_store(name, options.store, given)
    corners = list(asked.search.corners(asked.fixed))
    work = begin(options, corners[0].dataset, adaptive=True)
    called = name or asked.name or studies.default_name(asked.search, asked.fixed)
    check_name("study", called)
    resolved = [work.resolve(e) for e in corners]
    if dry_run:
        announce(called, asked.search, resolved[0], work)
        return
    run(called, asked, work, take_over)
    summary = studies.read(called, options.store, evaluator)
    show(summary, as_json=as_json)
    if summary.statuses.get("error"):
        raise typer.Exit(3)


def run(name: str, asked: studies.Asked, work: "Work", take_over: bool) -> None:
    """Drive the study until it has its trials."""
    from resweep.cli.running.drive import drive
    from resweep.plans.study import Study
    from resweep.plans.study_storage import storage
    from resweep.store.beside import studies_url

    url = work.options.store
    work = replace(work, label=name)
    with open_store(url, create=True) as store:
        kept = storage(studies_url(url, create=True), create=True)
        data = work.source.fingerprint
        plan = Study(
            name,
            asked.search,
            asked.fixed,
            work.resolve,
            kept,
            data=data,
            take_over=take_over,
            steadily=store.steadily,
        )
        if plan.again and not work.options.quiet:
            warn(
                f"{counted(len(plan.again), 'trial')} left running by a driver that is gone, "
                "to come first"
            )
        total = max(asked.search.trials, plan.finished + plan.left)
        axes = tuple(asked.search.ranges)
        for _ in drive(work, plan, store, total, axes=axes, count=lambda: plan.finished):
            pass
        if plan.elsewhere:
            warn(
                f"{counted(plan.elsewhere, 'trial')} held by other drivers; "
                "if those are gone, say --take-over"
            )


def announce(name: str, search: Search, corner: Experiment, work: "Work") -> None:
    """`--dry-run`: what would be searched, and what is fixed."""
    print(
        f"study {name}: {counted(search.trials, 'trial')} in total by {search.sampler}, "
        f"pruner {search.pruner}, on {work.source.name} {work.source.fingerprint[:8]}"
    )
    aim = "maximize" if search.goal.maximize else "minimize"
    subject = f" subject to {', '.join(map(str, search.constraints))}" if search.constraints else ""
    print(f"{aim} {search.objective}{subject}")
    for field, span in search.ranges.items():
        print(f"  {field} in {span}")
    fixed = corner.model_dump(exclude_defaults=True, exclude=set(search.ranges))
    print("fixed:", " ".join(f"{k}={v}" for k, v in fixed.items()))


def show(summary: Summary, *, as_json: bool) -> None:
    """The table of trials and the importance of the fields, or the same as JSON."""
    if as_json:
        json_output.dump(summary.to_json())
        return
    out = console.results()
    out.print(trials_table(summary))
    if summary.importance:
        out.print(importance_table(summary))
