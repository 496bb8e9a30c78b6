"""The tables of a study: its best trials, and how much each field matters."""

from typing import Any

from resweep.plans.trials import Summary
from resweep.report.numbers import DASH, fixed, setting
from resweep.report.sheet import Cell, Column, Sheet

BEST = 10


def trials_table(summary: Summary) -> Sheet:
    """The best trials first, feasible before infeasible; pruned and failed ones are only counted."""
    sign = -1 if summary.direction == "maximize" else 1
    complete = [t for t in summary.trials if t.state == "complete"]
    ranked = sorted(complete, key=lambda t: (not t.feasible, sign * (t.value or 0.0), t.number))[
        :BEST
    ]
    fields = list(dict.fromkeys(name for t in ranked for name in t.params))
    constrained = not all(t.feasible for t in complete)
    columns = (
        Column("trial"),
        *(Column(name) for name in fields),
        Column(summary.metric),
        Column("status", justify="left"),
        *([Column("feasible", justify="left")] if constrained else []),
        Column("key", justify="left", rank=1),
    )
    rows = tuple(
        (
            Cell(str(t.number), "bold" if summary.best and t.number == summary.best.number else ""),
            *(Cell(_setting(t.params.get(name))) for name in fields),
            Cell(fixed(t.value)),
            Cell(t.status),
            *([Cell("yes" if t.feasible else "no")] if constrained else []),
            Cell(t.key[:8] if t.key else DASH),
        )
        for t in ranked
    )
    counted = ", ".join(f"{n} {state}" for state, n in summary.states.items()) or "no trials"
    statuses = ", ".join(f"{n} {status}" for status, n in summary.statuses.items())
    title = f"study {summary.name}: {summary.direction} {summary.metric}; {counted}"
    notes = (f"by status: {statuses}",) if statuses else ()
    if complete and summary.best is None:
        notes = (*notes, "no trial satisfies the constraints")
    return Sheet(
        title, columns, rows, f"best {len(rows)} of {len(complete)} complete trials", notes
    )


def importance_table(summary: Summary) -> Sheet:
    """Shares that sum to 1."""
    rows = tuple((Cell(name), Cell(f"{share:.2f}")) for name, share in summary.importance.items())
    note = f"from {sum(t.state == 'complete' for t in summary.trials)} complete trials; few trials make it a rough guide"
    columns = (Column("field", justify="left"), Column("share"))
    return Sheet(
        f"importance for {summary.metric} by {summary.evaluator}", columns, rows, notes=(note,)
    )


def _setting(value: Any) -> str:
    return DASH if value is None else f"{value:.3g}" if isinstance(value, float) else setting(value)
