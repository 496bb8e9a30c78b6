"""Small tables in HTML, by which records draw themselves in a notebook."""

import math
from collections.abc import Iterable, Sequence
from html import escape

ROWS = 40  # of a table; what lies between the first and the last half is left out


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of texts, which are escaped; of more than 40 rows the ends."""
    if not rows:
        return ""
    first = "".join(f"<th>{escape(name)}</th>" for name in head)
    lines = [_line(row) for row in rows]
    if len(rows) > ROWS:
        between = f"<tr><td colspan={len(head)}>… {len(rows) - ROWS} more …</td></tr>"
        lines = [*lines[: ROWS // 2], between, *lines[-ROWS // 2 :]]
    return f"<table><tr>{first}</tr>{''.join(lines)}</table>"


def number(value: float | None) -> str:
    """Return a number in three digits, a dash for nan and for None."""
    return "–" if value is None or math.isnan(value) else f"{value:.3g}"


def over_blocks(names: Sequence[str], series: Iterable[tuple[str, Sequence[float]]]) -> str:
    """Return a row for each block and a column for each series.

    `names` are what enters the first block and the L blocks; a series of L values has none at 0.
    """
    shown = [(head, values) for head, values in series if len(names) - 1 <= len(values)]
    rows = []
    for place, name in enumerate(names):
        cells = [name]
        for _, values in shown:
            at = place - (len(names) - len(values))
            cells.append(number(values[at]) if at >= 0 else number(None))
        rows.append(cells)
    return table(["block", *(head for head, _ in shown)], rows)


def _line(cells: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
