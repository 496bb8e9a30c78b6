"""A network inspected at several depths, and the law by which its growth depends on them."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from resweep.analysis.sensitivity.depth import doubt, ranked
from resweep.analysis.sensitivity.records import Law
from resweep.outcome import json_safe
from resweep.outcome.inspection import Inspection


@dataclass(frozen=True)
class DepthLaw:
    """How a growth depends on the number of blocks.

    `metric` is its log10, `depths` and `log10` the pairs (L, value), one for each network and seed.
    `laws` are the fits of log10 growth = a + b f(L), best first; `doubt` says why the best one is
    not clear, "" where it is (docs/nulls.md). There are no laws for fewer than 3 depths.
    """

    metric: str
    depths: tuple[int, ...]
    log10: tuple[float, ...]
    laws: tuple[Law, ...]
    doubt: str

    def to_json(self) -> dict[str, Any]:
        """Every field; infinities and nan as strings."""
        return dict(json_safe(asdict(self)))


def over_depths(
    inspected: Callable[[int, int], Inspection], depths: Iterable[int], seeds: Sequence[int]
) -> tuple[list[Inspection], list[DepthLaw]]:
    """Return the inspections `inspected(depth, seed)` and the laws of their growths over L.

    L is the number of blocks that were found, whatever the argument counts.
    """
    done = [(inspected(depth, seed), seed) for depth in depths for seed in seeds]
    metrics = dict.fromkeys(name for one, _ in done for name in one.metrics)
    return [one for one, _ in done], [_law(name, done) for name in metrics]


def _law(metric: str, done: Sequence[tuple[Inspection, int]]) -> DepthLaw:
    by_depth: dict[int, dict[int, float]] = {}
    for one, seed in done:
        value = one.metrics.get(metric, math.nan)
        if math.isfinite(value):
            by_depth.setdefault(len(one.blocks), {})[seed] = value
    depths = tuple(depth for depth, values in by_depth.items() for _ in values)
    logs = tuple(value for values in by_depth.values() for value in values.values())
    if len(by_depth) < 3:
        return DepthLaw(metric, depths, logs, (), "fewer than 3 depths with a finite growth")
    laws = ranked(by_depth)
    return DepthLaw(metric, depths, logs, laws, doubt(laws, by_depth))
