"""Legends of figures for print: what all entries share is said once, in as few rows as fit."""

import re
from collections.abc import Sequence

from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.legend import Legend

from resweep.report.charts.paper_text import escaped

MOST = 5  # entries side by side
ROOM = 0.15  # inches beside the legend
SMALLEST = 5  # points: of an entry that is wider than the figure at its usual size


def shared(labels: Sequence[str]) -> tuple[str, list[str]]:
    """What all labels begin and end with, as a heading, and what is left of each.

    `he blocks=24`, `bn blocks=24` -> `blocks=24`, [`he`, `bn`]. Words and settings stay whole, and
    no label is left empty.
    """
    if len(set(labels)) < 2:
        return "", list(labels)
    parts = [re.findall(r"[^ ,:]+[ ,:]*", label) for label in labels]
    shortest = min(map(len, parts))
    head = min(_alike(parts), shortest - 1)
    tail = min(_alike([part[::-1] for part in parts]), shortest - 1 - head)
    kept = ["".join(part[head : len(part) - tail]).strip(" ,:") for part in parts]
    if len(set(kept)) < len(set(labels)):
        return "", list(labels)
    common = [*parts[0][:head], *parts[0][len(parts[0]) - tail :]]
    return ", ".join(word.strip(" ,:") for word in common), kept


def _alike(parts: Sequence[Sequence[str]]) -> int:
    """How many words all begin with."""
    count = 0
    for words in zip(*parts, strict=False):
        if len({word.strip(" ,:") for word in words}) > 1:
            break
        count += 1
    return count


def place(figure: Figure, heading: str = "", handles: Sequence[Artist] | None = None) -> Legend:
    """Put the legend of `handles`, or of all labelled lines, above the axes.

    It is no wider than the figure: as many entries stand side by side as fit, and one
    that is too wide alone is written smaller.
    """
    for columns in range(MOST, 0, -1):
        legend = _legend(figure, heading, handles, columns)
        if columns == 1 or _fits(figure, legend):
            break
        legend.remove()
    size = float(legend.get_texts()[0].get_fontsize())
    while not _fits(figure, legend) and size > SMALLEST:
        size -= 0.5
        for text in legend.get_texts():
            text.set_fontsize(size)
    return legend


def height(legend: Legend, dpi: float) -> float:
    """The height of a legend, in inches."""
    return float(legend.get_window_extent().height) / dpi


def _legend(figure: Figure, heading: str, handles: Sequence[Artist] | None, columns: int) -> Legend:
    return figure.legend(
        handles=handles,
        loc="outside upper left",
        ncols=columns,
        title=escaped(heading) or None,
        alignment="left",
        borderpad=0.1,
        handlelength=1.6,
        handletextpad=0.5,
        columnspacing=1.2,
        labelspacing=0.25,
    )


def _fits(figure: Figure, legend: Legend) -> bool:
    return bool(legend.get_window_extent().width <= (figure.get_figwidth() - ROOM) * figure.dpi)
