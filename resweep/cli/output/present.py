"""What commands print of outcomes: JSON or tables on stdout, and the exit code that sums them up."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

import typer

from resweep.cli.output.formats import Format, ordered, print_sheets
from resweep.errors import UsageError
from resweep.experiment import FIELDS
from resweep.outcome import Outcome
from resweep.report import console
from resweep.report.export import wide
from resweep.report.tables.profile import profile_table
from resweep.report.tables.runs import run_summary, runs_table

if TYPE_CHECKING:
    from resweep.analysis.compare import Comparison
    from resweep.analysis.sensitivity import Survey
    from resweep.cli.running.work import Work
    from resweep.experiment import Experiment
    from resweep.nets.theory import Prediction


def prediction(outcome: Outcome) -> "Prediction | None":
    """The theory of a run, started from the mean and second moment measured at its stem.

    None where the run did not measure them, or where its block or scheme is unknown here.
    """
    from resweep.analysis.growth_theory import stem_moments

    stem = stem_moments(outcome)
    if stem is None:
        return None
    from resweep.nets.theory import predict

    try:
        return predict(outcome.experiment, mean=stem.mean, second=stem.second, size=stem.size)
    except UsageError:
        return None


def with_theory(
    groups: Sequence[tuple[str, Sequence[Outcome]]], comparison: "Comparison"
) -> "Comparison":
    """`comparison` with theory beside every arm, from the start measured in the arm's first run that has one."""
    from resweep.analysis import growth_theory

    stems = []
    for _, outcomes in groups:
        measured = (growth_theory.stem_moments(outcome) for outcome in outcomes)
        stems.append(next((stem for stem in measured if stem is not None), None))
    return growth_theory.with_predictions(comparison, stems)


def with_prediction(outcome: Outcome, *, profiles: bool = True) -> dict[str, Any]:
    """The run object of the interface."""
    theory = prediction(outcome)
    return outcome.to_json(profiles=profiles) | {"prediction": theory.to_json() if theory else None}


def dump(value: Any) -> None:
    json.dump(value, sys.stdout, allow_nan=False)
    sys.stdout.write("\n")


def run_json(outcomes: Sequence[Outcome]) -> None:
    objects = [with_prediction(o) for o in outcomes]
    dump(objects[0] if len(objects) == 1 else objects)


def runs(outcomes: Sequence[Outcome], every: int | None = None) -> None:
    """Verdict, summary and profile of each run; a table of all where there are several."""
    from resweep.cli.output import pictures

    out = console.results()
    for outcome in outcomes:
        theory = prediction(outcome)
        out.print(run_summary(outcome))
        if outcome.profiles:
            predicted = vars(theory) if theory else None
            out.print(profile_table(outcome, predicted, every))
            for plot in pictures.of_run(outcome, predicted):
                out.print()
                out.print(plot)
    if len(outcomes) > 1:
        out.print(runs_table(outcomes))


def run_list(
    outcomes: Iterable[Outcome], how: Format, sort: str | None = None, limit: int | None = None
) -> None:
    """One row a run; JSON is written run by run, so that any number of them can pass through."""
    if sort is not None:
        known = list(outcomes)
        names = dict.fromkeys(("status", *FIELDS, *(name for o in known for name in o.metrics)))
        outcomes = ordered(known, sort, limit, tuple(names), of_run)
    if how.as_json:
        write_array(sys.stdout, (o.to_json(profiles=bool(o.profiles)) for o in outcomes))
        sys.stdout.write("\n")
    elif how.as_csv:
        wide.runs_csv(outcomes, sys.stdout)
    else:
        print_sheets([runs_table(list(outcomes))], how)


def of_run(outcome: Outcome, name: str) -> Any:
    """What a run is sorted by; nan counts as nothing."""
    if name == "status":
        return outcome.status
    found = getattr(outcome.experiment, name) if name in FIELDS else outcome.metrics.get(name)
    return None if found != found else found


def surveys(found: "Sequence[Survey]", how: Format) -> None:
    """Slopes and windows, depth laws, and critical scales, of each dataset."""
    from resweep.report.tables import sensitivity

    if how.as_csv:
        wide.surveys_csv(found, sys.stdout)
    else:
        print_sheets(
            [sheet for survey in found for sheet in sensitivity.sheets(survey)]
            or [sensitivity.NONE],
            how,
        )


def report_json(
    stream: TextIO,
    comparisons: "Sequence[Comparison]",
    found: "Sequence[Survey]",
    outcomes: Iterable[Outcome],
    *,
    profiles: bool,
) -> None:
    """One object; its runs are written one by one as the store yields them."""
    datasets = [{"dataset": c.dataset, "fingerprint": c.fingerprint} for c in comparisons]
    arms = [
        arm.to_json() | data
        for c, data in zip(comparisons, datasets, strict=True)
        for arm in c.arms
    ]
    head = {
        "dataset": datasets[0]["dataset"] if len(datasets) == 1 else None,
        "datasets": datasets,
        "arms": arms,
        "sensitivity": [survey.to_json() for survey in found],
    }
    stream.write(json.dumps(head, allow_nan=False)[:-1] + ', "runs": ')
    write_array(stream, (o.to_json(profiles=profiles) for o in outcomes))
    stream.write("}\n")


def write_array(stream: TextIO, values: Iterable[Any]) -> None:
    """A JSON array, one value at a time."""
    stream.write("[")
    for place, value in enumerate(values):
        stream.write(", " if place else "")
        json.dump(value, stream, allow_nan=False)
    stream.write("]")


def plan(experiments: "Sequence[Experiment]", work: "Work") -> None:
    """--dry-run: how many runs, how many of them are stored, on which data; nothing is written."""
    distinct = {e.key: e for e in experiments}
    stored = work.stored(distinct.values())
    print(
        f"{len(distinct)} runs on {work.source.name} {work.source.fingerprint[:8]}: {stored} stored, "
        f"{len(distinct) - stored} to measure"
    )
    for key, e in distinct.items():
        print(
            key[:8],
            " ".join(
                f"{name}={value}" for name, value in e.model_dump(exclude_defaults=True).items()
            ),
        )


def exit_code(outcomes: Sequence[Outcome]) -> None:
    """1 where the only run failed, 3 where some of several did; an exploded network is no failure."""
    failed = [o for o in outcomes if o.status == "error"]
    for outcome in failed:
        print(f"error: run {outcome.experiment.key[:8]} failed: {outcome.detail}", file=sys.stderr)
    if failed:
        raise typer.Exit(1 if len(outcomes) == 1 else 3)
