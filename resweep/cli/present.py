"""What commands print of outcomes: JSON or tables on stdout, and the exit code that sums them up."""

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from resweep.outcome import Outcome
from resweep.report import console, rows, tables

if TYPE_CHECKING:
    from resweep.cli.work import Work
    from resweep.experiment import Experiment
    from resweep.nets.theory import Prediction


def prediction(outcome: Outcome) -> "Prediction | None":
    """The theory of the outcome's experiment, started from the mean and second moment measured at its stem."""
    if not outcome.profiles:
        return None
    from resweep.nets.theory import predict

    mean, second = (outcome.profiles[name][0] for name in ("forward_mean", "forward_second_moment"))
    height, width = outcome.provenance["image_size"]
    return predict(outcome.experiment, mean=mean, second=second, size=(height, width))


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
    from resweep.cli import pictures

    out = console.results()
    for outcome in outcomes:
        theory = prediction(outcome)
        out.print(tables.run_summary(outcome))
        if theory:
            out.print(tables.profile_table(outcome, vars(theory), every))
            for plot in pictures.of_run(outcome, vars(theory)):
                out.print()
                out.print(plot)
    if len(outcomes) > 1:
        out.print(tables.runs_table(outcomes))


def run_list(outcomes: Sequence[Outcome], *, as_json: bool, as_csv: bool) -> None:
    """One row a run."""
    if as_json:
        dump([o.to_json(profiles=False) for o in outcomes])
    elif as_csv:
        rows.runs_csv(outcomes, sys.stdout)
    else:
        console.results().print(tables.runs_table(outcomes))


def plan(experiments: "Sequence[Experiment]", work: "Work") -> None:
    """--dry-run: how many runs, how many of them are stored, on which data; nothing is written."""
    distinct = {e.key: e for e in experiments}
    stored = work.stored(distinct.values())
    print(
        f"{len(distinct)} runs on {work.source.name} {work.source.fingerprint[:8]}: {stored} stored, "
        f"{len(distinct) - stored} to measure"
    )
    for key, e in distinct.items():
        print(key[:8], " ".join(f"{name}={value}" for name, value in e.model_dump(exclude_defaults=True).items()))


def exit_code(outcomes: Sequence[Outcome]) -> None:
    """1 where the only run failed, 3 where some of several did; an exploded network is no failure."""
    failed = [o for o in outcomes if o.status == "error"]
    for outcome in failed:
        print(f"error: run {outcome.experiment.key[:8]} failed: {outcome.detail}", file=sys.stderr)
    if failed:
        raise typer.Exit(1 if len(outcomes) == 1 else 3)
