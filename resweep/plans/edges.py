"""The result of bisecting one seed: the two edges of its trainable window."""

import math
import statistics
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Edge:
    """One edge of the trainable window of one seed, bracketed by two runs.

    `inside` is the last value that trains, `outside` the first that does not. `outside` is None
    where the end of the searched range still trains: the edge then lies at `inside` or beyond.
    """

    inside: float
    outside: float | None

    @property
    def log10(self) -> float:
        """The middle of the bracket, as log10 of the value."""
        outside = self.inside if self.outside is None else self.outside
        return statistics.fmean([math.log10(self.inside), math.log10(outside)])

    @property
    def width(self) -> float:
        """The width of the bracket in decades; 0 where there is no `outside`."""
        if self.outside is None:
            return 0.0
        return abs(math.log10(self.outside / self.inside))


@dataclass(frozen=True)
class SeedWindow:
    """The trainable window of one seed of an arm, where the outer axis has the value `at`.

    `low` and `high` are its edges, both None if nothing in the searched range trains. `runs` is how
    many experiments the bisection asked for.
    """

    arm: str
    at: Any
    seed: int
    low: Edge | None
    high: Edge | None
    runs: int
