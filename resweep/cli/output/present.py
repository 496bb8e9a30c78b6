"""What commands print of runs for people, and the exit code that sums them up."""

import sys
from collections.abc import Iterable, Sequence
from typing import Any

import typer

from resweep.analysis.sensitivity import Survey
from resweep.cli.output import as_json, pictures
from resweep.cli.output.formats import Format, ordered, print_sheets
from resweep.cli.output.messages import say
from resweep.cli.output.theory import theory_of
from resweep.experiment import FIELDS
from resweep.outcome import Outcome
from resweep.outcome.metrics import METRICS
from resweep.report import console
from resweep.report.export import wide
from resweep.report.sheet import Sheet
from resweep.report.tables import sensitivity
from resweep.report.tables.profile import profile_table
from resweep.report.tables.runs import run_summary, runs_table


def runs(outcomes: Sequence[Outcome], every: int | None = None) -> None:
    """Verdict, summary and profile of each run; a table of all where there are several."""
    out = console.results()
    for outcome in outcomes:
        theory = theory_of(outcome)
        out.print(run_summary(outcome))
        if outcome.profiles:
            predicted = vars(theory.prediction) if theory.prediction else None
            out.print(profile_table(outcome, predicted, every, theory.unpredicted))
            for plot in pictures.of_run(outcome, predicted):
                out.print()
                out.print(plot)
    if len(outcomes) > 1:
        out.print(runs_table(outcomes))


def run_list(
    outcomes: Iterable[Outcome], how: Format, sort: str | None = None, limit: int | None = None
) -> None:
    """One row a run, in the order of `sort` and no more than `limit` where these are given."""
    if sort is not None:
        known = list(outcomes)
        outcomes = ordered(known, sort, limit, sortable(known), sorted_by)
    if how.as_json:
        as_json.dump_list(outcomes)
    elif how.as_csv:
        wide.runs_csv(outcomes, sys.stdout)
    else:
        print_sheets([runs_table(list(outcomes))], how)


def sortable(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """What runs can be sorted by: their status, their fields and every metric that one may have."""
    names = dict.fromkeys(("status", *FIELDS, *METRICS))
    for outcome in outcomes:
        names.update(dict.fromkeys(outcome.metrics))
    return tuple(names)


def sorted_by(outcome: Outcome, name: str) -> Any:
    """The value of a run that it is sorted by; None for nan, and where it has none."""
    if name == "status":
        return outcome.status
    if name in FIELDS:
        return getattr(outcome.experiment, name)
    value = outcome.metrics.get(name)
    return None if value != value else value


def surveys(found: Sequence[Survey], how: Format) -> None:
    """Slopes and windows, depth laws, and critical scales, of each dataset."""
    if how.as_csv:
        wide.surveys_csv(found, sys.stdout)
        return
    sheets: list[Sheet] = []
    for survey in found:
        sheets += sensitivity.sheets(survey)
    print_sheets(sheets or [sensitivity.NONE], how)


def exit_code(outcomes: Sequence[Outcome]) -> None:
    """Exit 1 where the only run failed, 3 where some of several did.

    A network that exploded is a result, not a failure.
    """
    failed = [o for o in outcomes if o.status == "error"]
    for outcome in failed:
        say(f"error: run {outcome.experiment.key[:8]} failed: {outcome.detail}")
    if failed:
        raise typer.Exit(1 if len(outcomes) == 1 else 3)
