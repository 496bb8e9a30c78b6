"""What the bisection of one seed ends with: the edges of its trainable window, each bracketed by two runs."""

import math
import statistics
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Edge:
    """One seed's edge: the last trainable value and the first that is not; at the end of the range it has none."""

    inside: float
    outside: float | None

    @property
    def log10(self) -> float:
        ends = (self.inside, self.inside if self.outside is None else self.outside)
        return statistics.fmean(map(math.log10, ends))

    @property
    def width(self) -> float:
        return 0.0 if self.outside is None else abs(math.log10(self.outside / self.inside))


@dataclass(frozen=True)
class SeedWindow:
    """What one seed of an arm says at one value of the outer axis; no edges where nothing in the range trains."""

    arm: str
    at: Any
    seed: int
    low: Edge | None
    high: Edge | None
    runs: int
