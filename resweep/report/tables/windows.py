"""The table of trainable windows, as bisection has found them."""

from collections.abc import Sequence

from resweep.analysis.windows import BisectedWindow, CriticalValue
from resweep.report.numbers import DASH, number
from resweep.report.sheet import Sheet
from resweep.report.tables.entries import Entry, table

ERRORS = (
    "±: half the 95% interval in decades, from the spread over seeds (Student's t) and the width "
    "of the bracket"
)
ALONE = "no error: one seed alone has no spread"
BOUND = "<= or >=: it still trains at the end of the range, the edge lies beyond"
EMPTY = "no window: half of the seeds or fewer train anywhere that was tried"


def boundary_table(windows: Sequence[BisectedWindow], shared: str = "") -> Sheet:
    """Return a table with a row per arm and value of the outer axis.

    It shows both edges of the window with their errors, and its width in decades. An edge at the
    end of the searched range is only a bound, marked by <= or >=.
    """
    if not windows:
        return Sheet("no windows", (), ())
    along, over = windows[0].along, windows[0].over
    entries: list[Entry[BisectedWindow]] = [
        Entry("arm", lambda window: window.arm, justify="left"),
        Entry(along, lambda window: str(window.at)),
        Entry(f"smallest trainable\n{over}", lambda w: _edge(w.low, "<="), justify="left"),
        Entry(f"largest trainable\n{over}", lambda w: _edge(w.high, ">="), justify="left"),
        Entry("window\ndecades", _decades, justify="left"),
        Entry("seeds\nthat train", lambda window: f"{window.training}/{window.seeds}"),
        Entry("runs", lambda window: str(window.runs), rank=1),
    ]
    edges = [edge for window in windows for edge in (window.low, window.high) if edge]
    notes = [ERRORS] if any(edge.error is not None for edge in edges) else []
    if any(edge.error is None and not edge.bound for edge in edges):
        notes.append(ALONE)
    if any(window.bound for window in windows):
        notes.append(BOUND)
    if any(window.low is None for window in windows):
        notes.append(EMPTY)
    return table(f"trainable {over} by arm and {along}", entries, windows, shared, notes)


def _decades(window: BisectedWindow) -> str:
    text = f"{window.decades:.2f}"
    if window.bound:
        text = f">= {text}"
    if window.decades_error is not None:
        text += f" ± {window.decades_error:.2f}"
    return text


def _edge(edge: CriticalValue | None, sign: str) -> str:
    if edge is None:
        return DASH
    if edge.bound:
        return f"{sign} {number(edge.value)}"
    if edge.error is None:
        return number(edge.value)
    return f"{number(edge.value)} ± {edge.error:.2f} dec"
