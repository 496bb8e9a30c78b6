"""The tables of a study: its best trials, and how much each field matters."""

from functools import partial

from resweep.numerals import counted
from resweep.plans.trials import Summary, Trial
from resweep.report.numbers import DASH, fixed, setting
from resweep.report.sheet import Cell, Sheet
from resweep.report.tables.entries import Entry, table

BEST = 10  # trials that the table lists


def trials_table(summary: Summary) -> Sheet:
    """Return a table of the best complete trials, feasible before infeasible ones.

    Trials that were pruned or failed are only counted, in the title and the notes.
    """
    complete = [trial for trial in summary.trials if trial.state == "complete"]
    best = _ranked(complete, maximize=summary.direction == "maximize")[:BEST]
    constrained = not all(trial.feasible for trial in complete)
    params: dict[str, None] = {}
    for trial in best:
        params.update(dict.fromkeys(trial.params))
    entries: list[Entry[Trial]] = [
        Entry("trial", partial(_number, best=summary.best)),
        *(Entry(name, partial(_param, name=name)) for name in params),
        Entry(summary.metric, lambda trial: fixed(trial.value)),
        Entry("status", lambda trial: trial.status, justify="left"),
        Entry("feasible", _feasible, justify="left", shown=constrained),
        Entry("key", lambda trial: trial.key[:8] if trial.key else DASH, justify="left", rank=1),
    ]
    states = ", ".join(f"{n} {state}" for state, n in summary.states.items()) or "no trials"
    notes = []
    if summary.statuses:
        statuses = ", ".join(f"{n} {status}" for status, n in summary.statuses.items())
        notes.append(f"by status: {statuses}")
    if complete and summary.best is None:
        notes.append("no trial satisfies the constraints")
    return table(
        f"study {summary.name}: {summary.direction} {summary.metric}; {states}",
        entries,
        best,
        f"best {len(best)} of {counted(len(complete), 'complete trial')}",
        notes,
    )


def importance_table(summary: Summary) -> Sheet:
    """Return a table of how much each field matters, as shares that sum to 1."""
    complete = sum(trial.state == "complete" for trial in summary.trials)
    entries: list[Entry[tuple[str, float]]] = [
        Entry("field", lambda importance: importance[0], justify="left"),
        Entry("share", lambda importance: f"{importance[1]:.2f}"),
    ]
    note = f"from {complete} complete trials; few trials make it a rough guide"
    title = f"importance for {summary.metric} by {summary.evaluator}"
    return table(title, entries, summary.importance.items(), notes=[note])


def _ranked(trials: list[Trial], *, maximize: bool) -> list[Trial]:
    """Feasible trials first, each kind by value, equal values in the order of their numbers."""
    sign = -1 if maximize else 1
    return sorted(trials, key=lambda t: (not t.feasible, sign * (t.value or 0.0), t.number))


def _number(trial: Trial, *, best: Trial | None) -> Cell:
    is_best = best is not None and trial.number == best.number
    return Cell(str(trial.number), "bold" if is_best else "")


def _param(trial: Trial, *, name: str) -> str:
    value = trial.params.get(name)
    if value is None:
        return DASH
    return f"{value:.3g}" if isinstance(value, float) else setting(value)


def _feasible(trial: Trial) -> str:
    return "yes" if trial.feasible else "no"
