"""How far an initialization may be off: the smallest and largest trainable c or multiplier.

For each seed, two runs bracket each edge of the trainable window, one trainable and one not, at
most `resolution` decades apart. Let e_i be the middle of the bracket of seed i in log10, w its
width, and s the sample standard deviation of the e_i over the n seeds that train at all. Then

    critical value = 10^mean(e),    error = sqrt(s^2 / n + w^2 / 12) decades

The second term is the variance of a uniform distribution over the bracket. All seeds bisect at the
same values, so it does not fall with n. A single seed has no s, and its error is the bracket's
alone. Where at most half of the seeds train anywhere in the range, the window is empty: trainable
is what the majority of the seeds say.
"""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from resweep.plans.edges import Edge, SeedWindow


@dataclass(frozen=True)
class CriticalValue:
    """A critical value and its error in decades.

    `bound` is true where a seed still trains at the end of the range: the critical value lies
    beyond.
    """

    value: float
    error: float
    bound: bool


@dataclass(frozen=True)
class BisectedWindow:
    """The trainable window of the field `over`, for an arm whose field `along` has the value `at`.

    Of the `seeds` that were tried, `training` train somewhere in the range; `runs` counts all
    experiments that were asked for. `decades` is log10(high / low), 0 where the window is empty,
    and a lower limit of the width where `bound` says that an edge is one.
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
    decades_error: float
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
    decades = decades_error = 0.0
    if 2 * len(pairs) > len(seeds):
        low = critical([lower for lower, _ in pairs])
        high = critical([upper for _, upper in pairs])
        widths = [upper.log10 - lower.log10 for lower, upper in pairs]
        brackets = [math.hypot(lower.width, upper.width) for lower, upper in pairs]
        decades = statistics.fmean(widths)
        decades_error = error(widths, brackets)
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
        decades_error=decades_error,
        bound=any(edge.bound for edge in (low, high) if edge),
        runs=sum(seed.runs for seed in seeds),
    )


def critical(edges: Sequence[Edge]) -> CriticalValue:
    """The critical value between the brackets that several seeds give."""
    middles = [edge.log10 for edge in edges]
    spread = error(middles, [edge.width for edge in edges])
    bound = any(edge.outside is None for edge in edges)
    return CriticalValue(10 ** statistics.fmean(middles), spread, bound)


def error(logs: Sequence[float], widths: Sequence[float]) -> float:
    """Standard error in decades of the mean of `logs`, which lie in brackets of these `widths`."""
    variance = statistics.variance(logs) / len(logs) if len(logs) > 1 else 0.0
    return math.sqrt(variance + statistics.fmean(w * w for w in widths) / 12)
