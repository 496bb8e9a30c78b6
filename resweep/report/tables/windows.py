"""The table of trainable windows: critical values with their errors, bounds marked, widths in decades."""

from collections.abc import Sequence

from resweep.analysis.windows import BisectedWindow, CriticalValue
from resweep.report.numbers import DASH, number
from resweep.report.sheet import Cell, Column, Sheet


def boundary_table(windows: Sequence[BisectedWindow], shared: str = "") -> Sheet:
    """One row an arm and value of the outer axis; `<=`, `>=`: at the end of the range, so a bound."""
    if not windows:
        return Sheet("no windows", (), ())
    first = windows[0]
    columns = (
        Column("arm", justify="left"),
        Column(first.along),
        Column(f"smallest trainable\n{first.over}", justify="left"),
        Column(f"largest trainable\n{first.over}", justify="left"),
        Column("window\ndecades", justify="left"),
        Column("seeds\nthat train"),
        Column("runs", rank=1),
    )
    rows = tuple(tuple(map(Cell, _row(w))) for w in windows)
    notes = ["errors are in decades: spread over seeds and the width of the bracket"]
    if any(w.bound for w in windows):
        notes.append("<= or >=: it still trains at the end of the range, the edge lies beyond")
    if any(w.low is None for w in windows):
        notes.append("no window: half of the seeds or fewer train anywhere that was tried")
    return Sheet(
        f"trainable {first.over} by arm and {first.along}", columns, rows, shared, tuple(notes)
    )


def _row(w: BisectedWindow) -> tuple[str, ...]:
    width = f"{'>= ' * w.bound}{w.decades:.2f}" + (
        f" ± {w.decades_error:.2f}" if w.decades_error else ""
    )
    return (
        w.arm,
        str(w.at),
        _edge(w.low, "<="),
        _edge(w.high, ">="),
        width,
        f"{w.training}/{w.seeds}",
        str(w.runs),
    )


def _edge(edge: CriticalValue | None, sign: str) -> str:
    if edge is None:
        return DASH
    return (
        f"{sign} {number(edge.value)}"
        if edge.bound
        else f"{number(edge.value)} ± {edge.error:.2f} dec"
    )
