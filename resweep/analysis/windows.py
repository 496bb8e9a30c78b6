"""How far an initialization may be off: the smallest and largest trainable c or multiplier.

For each seed, two runs bracket each edge of the trainable window, one trainable and one not, at
most `resolution` decades apart. Let e_i be the middle of the bracket of seed i in log10, w the
root mean square width of the brackets, and s the sample standard deviation of the e_i over the n
seeds that train at all. Then

    critical value = 10^mean(e)
    error          = sqrt(t² (s² + w²/12) / n + w²/4) decades

is half the width of an interval that holds the critical value in at least 95% of all cases, with
the quantile t of Student's distribution for n - 1 degrees of freedom (docs/nulls.md). Two seeds
that fall into one bracket have no s; w²/12, the variance of a place within a bracket, stands for
what it hides. All seeds bisect at the same values, so half a bracket is left however many there
are. One seed has no error, nor has an edge that lies beyond the range. Where at most half of the
seeds train anywhere in the range, the window is empty: trainable is what the majority of the seeds
say.
"""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from resweep.analysis.compare import CONFIDENCE
from resweep.plans.edges import Edge, SeedWindow
from resweep.stats.student_t import quantile


@dataclass(frozen=True)
class CriticalValue:
    """A critical value and half the width of its 95% interval in decades.

    `bound` is true where a seed still trains at the end of the range: the critical value lies
    beyond, and has no `error`, as has that of a single seed.
    """

    value: float
    error: float | None
    bound: bool


@dataclass(frozen=True)
class BisectedWindow:
    """The trainable window of the field `over`, for an arm whose field `along` has the value `at`.

    Of the `seeds` that were tried, `training` train somewhere in the range; `runs` counts all
    experiments that were asked for. `decades` is log10(high / low), 0 where the window is empty,
    and a lower limit of the width where `bound` says that an edge is one. `decades_error` is half
    of its 95% interval; it is None for a bound, for one seed and for an empty window.
    """

    arm: str
    along: str
    at: Any
    over: str
    seeds: int
    training: int
    low: CriticalValue | None
    high: CriticalValue | None
    decades: float
    decades_error: float | None
    bound: bool
    runs: int

    def to_json(self) -> dict[str, Any]:
        """The window as one flat object.

        An edge becomes three entries: `low`, `low_error` and `low_bound`, and likewise for `high`.
        They are null where the window is empty.
        """
        flat = asdict(self)
        for name in ("low", "high", "at", "along"):
            del flat[name]
        for name, edge in (("low", self.low), ("high", self.high)):
            flat[name] = edge.value if edge else None
            flat[f"{name}_error"] = edge.error if edge else None
            flat[f"{name}_bound"] = edge.bound if edge else None
        return {"arm": flat.pop("arm"), "along": self.along, self.along: self.at, **flat}


def windows(seeds: Iterable[SeedWindow], along: str, over: str) -> list[BisectedWindow]:
    """The window of each arm at each value of the outer axis `along`.

    Seeds of one arm and value must follow each other.
    """
    parted = groupby(seeds, lambda seed: (seed.arm, seed.at))
    return [window(list(members), along, over) for _, members in parted]


def window(seeds: Sequence[SeedWindow], along: str, over: str) -> BisectedWindow:
    """The window that `seeds` of one arm, at one value of `along`, have in the field `over`."""
    pairs = [(seed.low, seed.high) for seed in seeds if seed.low and seed.high]
    low: CriticalValue | None = None
    high: CriticalValue | None = None
    decades, decades_error = 0.0, None
    if 2 * len(pairs) > len(seeds):
        low = critical([lower for lower, _ in pairs])
        high = critical([upper for _, upper in pairs])
        widths = [upper.log10 - lower.log10 for lower, upper in pairs]
        brackets = [math.hypot(lower.width, upper.width) for lower, upper in pairs]
        decades = statistics.fmean(widths)
        decades_error = error(widths, brackets)
    bound = any(edge.bound for edge in (low, high) if edge)
    return BisectedWindow(
        arm=seeds[0].arm,
        along=along,
        at=seeds[0].at,
        over=over,
        seeds=len(seeds),
        training=len(pairs),
        low=low,
        high=high,
        decades=decades,
        decades_error=None if bound else decades_error,
        bound=bound,
        runs=sum(seed.runs for seed in seeds),
    )


def critical(edges: Sequence[Edge]) -> CriticalValue:
    """The critical value between the brackets that several seeds give."""
    middles = [edge.log10 for edge in edges]
    value = 10 ** statistics.fmean(middles)
    if any(edge.outside is None for edge in edges):
        return CriticalValue(value, None, bound=True)
    return CriticalValue(value, error(middles, [edge.width for edge in edges]), bound=False)


def error(logs: Sequence[float], widths: Sequence[float]) -> float | None:
    """Half the 95% interval of the mean of `logs`, which lie in brackets of these `widths`.

    In decades; None for a single one.
    """
    n = len(logs)
    if n < 2:
        return None
    square = statistics.fmean(width * width for width in widths)
    t = quantile((1 + CONFIDENCE) / 2, n - 1)
    return math.sqrt(t * t * (statistics.variance(logs) + square / 12) / n + square / 4)
