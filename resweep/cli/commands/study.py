"""`resweep study`: a search over Experiment fields by Optuna, as a file or as flags."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import typer

from resweep.cli.flags import Fields, expanded
from resweep.cli.options import DryRunOption, JsonOption
from resweep.cli.output import as_json as json_output
from resweep.cli.output.messages import warn
from resweep.cli.running.begin import begin
from resweep.cli.running.run_options import RunOptions
from resweep.cli.stores import open_store
from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.numerals import counted
from resweep.plans import axes, recipes, sweep_file
from resweep.plans.search import Search
from resweep.plans.trials import Evaluator, Summary
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

    A killed study goes on under its name. A flag with a range (--c 0.1..10:log) or a list (--scheme
    he,depth-scaled) is searched, one with a value is fixed. Trials are kept by Optuna in the
    store's own database: optuna-dashboard opens it.
    """
    if importance is not None:
        if file or fields or trials:
            raise UsageError(
                "--importance NAME only reads a study: drop the file, the fields and --trials"
            )
        show(read(importance, options.store, evaluator), as_json=as_json)
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
    asked = from_file(file, fields, given) if file else from_flags(fields, given)
    corners = list(asked.search.corners(asked.fixed))
    work = begin(options, corners[0].dataset, adaptive=True)
    called = name or asked.name or default_name(asked.search, asked.fixed)
    check_name("study", called)
    resolved = [work.resolve(e) for e in corners]
    if dry_run:
        announce(called, asked.search, resolved[0], work)
        return
    run(called, asked, work, take_over)
    summary = read(called, options.store, evaluator)
    show(summary, as_json=as_json)
    if summary.statuses.get("error"):
        raise typer.Exit(3)


class Asked(NamedTuple):
    """What is searched, which fields are fixed, and the file's name for it."""

    search: Search
    fixed: dict[str, Any]
    name: str | None


def run(name: str, asked: Asked, work: "Work", take_over: bool) -> None:
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


def read(name: str, store: str, evaluator: Evaluator) -> Summary:
    """What the study of that name found so far."""
    from resweep.plans.study_storage import storage
    from resweep.plans.study_summary import load, summarize
    from resweep.store.beside import studies_url

    with open_store(store):  # which explains what Optuna meets in the database
        kept = storage(studies_url(store, create=False), create=False)
        return summarize(load(name, kept), evaluator)


def from_flags(fields: Fields, given: dict[str, Any]) -> Asked:
    """Ranges and lists are searched, single values are fixed."""
    ranges: dict[str, Any] = {}
    fixed: dict[str, str] = {}
    for name, texts in fields.items():
        text = ",".join(texts)
        if name == "arguments" and len(texts) > 1:
            ranges[name] = texts
        elif name != "arguments" and (axes.is_range(text) or "," in text):
            ranges[name] = text
        else:
            fixed[name] = text
    completed = recipes.completed(fields.recipe, fixed, also=ranges)
    return Asked(Search.parse(ranges=ranges, **given), completed, None)


def from_file(file: Path, fields: Fields, given: dict[str, Any]) -> Asked:
    """The file's search; what the flags give of it takes the place of what the file says."""
    if fields:
        flag = next(iter(fields)).replace("_", "-")
        raise UsageError(f"{file} says what is fixed and searched: drop --{flag}")
    definition = sweep_file.read(file, fields.recipe)
    if definition.search is None:
        raise UsageError(f"{file} has no [search] table: run it with resweep sweep {file}")
    search = definition.search.but(**given)
    fixed = recipes.completed(definition.recipe, definition.fixed, also=search.ranges)
    return Asked(search, fixed, definition.name)


def default_name(search: Search, fixed: dict[str, Any]) -> str:
    """The same flags are the same study."""
    text = json.dumps([search.definition(), fixed], sort_keys=True)
    return f"study-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


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
