"""The caption of a heat map: what is drawn over which axes, what marks mean, what failed."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from resweep.report.charts.heat_map import HeatCell
from resweep.report.marks import STATUS_OF_SYMBOL

AXES = {"blocks": "depth (blocks)", "c": "scale c of the variance", "multiplier": "multiplier"}
MOST = 4  # groups of columns whose marked rows are listed
Cells = Sequence[Sequence[HeatCell | None]]


def drawn(metric: str, arm: str, rows: str, columns: str) -> str:
    """What the colours show, and over which two fields."""
    over = f"{AXES.get(rows, rows)} and {AXES.get(columns, columns)}"
    return f"Colour: {metric} of {arm} over {over}, mean over seeds"


def endings(
    cells: Cells, rows: str, row_texts: Sequence[str], columns: str, column_texts: Sequence[str]
) -> str:
    """Which cells hold a run that did not end ok, and what their marks mean."""
    found = sorted({cell.mark for row in cells for cell in row if cell and cell.mark})
    if not found:
        return "Every run ended ok."
    words = ", ".join(f"{mark} {STATUS_OF_SYMBOL[mark]}" for mark in found)
    where = _marked(cells, rows, row_texts, columns, column_texts)
    return f"Not every run ended ok at {where}: {words} (what most of these were)."


def _marked(
    cells: Cells, rows: str, row_texts: Sequence[str], columns: str, column_texts: Sequence[str]
) -> str:
    """`c 9.24 to 34.4 with blocks 5 and 10`: the marked cells; how many where that is long."""
    alike: dict[str, list[str]] = {}
    for column, text in enumerate(column_texts):
        marked = [_is_marked(row[column]) for row in cells]
        where = ", ".join(_ranges(marked, row_texts))
        if where:
            alike.setdefault(where, []).append(text)
    if len(alike) > MOST:
        run = [cell for row in cells for cell in row if cell]
        return f"{sum(bool(cell.mark) for cell in run)} of {len(run)} cells"
    parts = []
    for where, texts in alike.items():
        at = f"{columns} {', '.join(texts)}"
        if len(texts) == len(column_texts) > 1:
            at = f"any {columns}"
        parts.append(f"{rows} {where} with {at}")
    return "; ".join(parts)


def _ranges(marked: Sequence[bool], texts: Sequence[str]) -> Iterator[str]:
    """The texts of neighbours that are marked, as ranges."""
    for is_marked, group in groupby(range(len(marked)), key=marked.__getitem__):
        places = list(group)
        if is_marked:
            yield " to ".join(dict.fromkeys((texts[places[0]], texts[places[-1]])))


def _is_marked(cell: HeatCell | None) -> bool:
    return cell is not None and bool(cell.mark)
