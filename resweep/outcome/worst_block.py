"""The block of an inspected network in which the signal or the gradient changes most."""

import math
from collections.abc import Iterator
from typing import NamedTuple

from resweep.outcome.inspection import Inspection

SERIES = {  # what each is called, and the direction in which it travels through a block
    "log10_forward_second_moment": ("signal", 1),
    "log10_gradient_second_moment": ("gradient", -1),
    "log10_backward_second_moment": ("drawn gradient", -1),
}


class Change(NamedTuple):
    """What one block does to a second moment: the factor 10^`log10` in the direction it travels.

    `block` is the block's name, `way` what changes: signal, gradient or drawn gradient.
    """

    block: str
    way: str
    log10: float


def worst_block(done: Inspection) -> Change | None:
    """Return the change of largest |log10|, of equal ones the first; None where none is known."""
    return max(_changes(done), key=lambda change: abs(change.log10), default=None)


def _changes(done: Inspection) -> Iterator[Change]:
    """The changes in every block that are numbers, the signal's before the gradient's."""
    for series, (way, direction) in SERIES.items():
        logs = done.profiles.get(series, ())
        for place, name in enumerate(done.blocks[: max(len(logs) - 1, 0)]):
            step = logs[place + 1] - logs[place]
            if not math.isnan(step):
                yield Change(name, way, direction * step)
