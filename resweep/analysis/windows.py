"""How far an initialization may be off: the smallest and the largest trainable c or multiplier, and their errors.

For each seed, each edge of the trainable window is bracketed by two runs, one trainable and one not, `resolution`
decades apart or closer. With e_i the middle of the bracket of seed i in log10, w its width, s the sample standard
deviation over the n seeds that train at all:

    critical value 10^mean(e),    error sqrt(s^2 / n + w^2 / 12) decades

The second term is that of a uniform distribution over the bracket; the seeds bisect at the same values, so it does not
fall with n. A single seed has no s: its error is the bracket's alone. Where half of the seeds or fewer train anywhere
in the range, the window is empty: trainable is what the majority of the seeds say.
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
    """A critical value and its error in decades; `bound`: a seed trains at the end of the range, it lies beyond."""

    value: float
    error: float
    bound: bool


@dataclass(frozen=True)
class BisectedWindow:
    """The trainable window of `over` for an arm where the field `along` is `at`.

    `seeds` were tried, `training` of them train somewhere in the range; `decades` is log10(high / low), 0 where the
    window is empty, at least so wide where an edge is a bound. `runs` is how many experiments were asked for.
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
        """One flat object: the edges as low, low_error, low_bound and high, high_error, high_bound, null where none."""
        flat = {k: v for k, v in asdict(self).items() if k not in ("low", "high", "at", "along")}
        for name, edge in (("low", self.low), ("high", self.high)):
            flat[name] = edge.value if edge else None
            flat[f"{name}_error"] = edge.error if edge else None
            flat[f"{name}_bound"] = edge.bound if edge else None
        return {"arm": flat.pop("arm"), "along": self.along, self.along: self.at, **flat}


def windows(found: Iterable[SeedWindow], along: str, over: str) -> list[BisectedWindow]:
    """The windows of each arm at each value of the outer axis; windows of one arm and value must stand together."""
    return [
        window(list(seeds), along, over) for _, seeds in groupby(found, lambda w: (w.arm, w.at))
    ]


def window(seeds: Sequence[SeedWindow], along: str, over: str) -> BisectedWindow:
    first, runs = seeds[0], sum(s.runs for s in seeds)
    pairs = [(s.low, s.high) for s in seeds if s.low and s.high]
    named: dict[str, Any] = {
        "arm": first.arm,
        "along": along,
        "at": first.at,
        "over": over,
        "seeds": len(seeds),
        "runs": runs,
    }
    if 2 * len(pairs) <= len(seeds):
        nothing: dict[str, Any] = {
            "low": None,
            "high": None,
            "decades": 0.0,
            "decades_error": 0.0,
            "bound": False,
        }
        return BisectedWindow(**named, training=len(pairs), **nothing)
    low, high = (critical([pair[i] for pair in pairs]) for i in (0, 1))
    widths = [high.log10 - low.log10 for low, high in pairs]
    brackets = [math.hypot(low.width, high.width) for low, high in pairs]
    return BisectedWindow(
        **named,
        training=len(pairs),
        low=low,
        high=high,
        decades=statistics.fmean(widths),
        decades_error=error(widths, brackets),
        bound=low.bound or high.bound,
    )


def critical(edges: Sequence[Edge]) -> CriticalValue:
    logs = [edge.log10 for edge in edges]
    spread = error(logs, [edge.width for edge in edges])
    return CriticalValue(
        10 ** statistics.fmean(logs), spread, any(edge.outside is None for edge in edges)
    )


def error(logs: Sequence[float], widths: Sequence[float]) -> float:
    """Standard error of the mean of `logs`, in decades, with what the brackets leave open."""
    variance = statistics.variance(logs) / len(logs) if len(logs) > 1 else 0.0
    return math.sqrt(variance + statistics.fmean(w * w for w in widths) / 12)
