"""Fits over depth with seeds as blocks.

Networks of one seed share the stream that their weights are drawn from, so that a seed whose
growth is high at one depth tends to be high at the others. Each seed therefore has a level of its
own; what is left of a run is its error.
"""

from collections.abc import Callable, Mapping
from statistics import fmean
from typing import NamedTuple

from resweep.stats.fisher_f import upper

ByDepth = Mapping[int, Mapping[int, float]]  # depth -> seed -> log10 growth


class Levels(NamedTuple):
    """A fit with one level for each of `seeds` seeds: its residual sum of squares over n runs."""

    residual: float
    n: int
    seeds: int


def seed_levels(by_depth: ByDepth, shape: Callable[[float], float]) -> Levels:
    """The fit of log10 g = a_seed + b `shape`(L) by least squares."""
    by_seed: dict[int, list[tuple[float, float]]] = {}
    for depth, logs in by_depth.items():
        at = shape(depth)
        for seed, log in logs.items():
            by_seed.setdefault(seed, []).append((at, log))
    pairs: list[tuple[float, float]] = []
    for runs in by_seed.values():
        x, y = sum(a for a, _ in runs) / len(runs), sum(b for _, b in runs) / len(runs)
        pairs += [(a - x, b - y) for a, b in runs]
    spread = sum(a * a for a, _ in pairs)
    rate = sum(a * b for a, b in pairs) / spread if spread else 0.0
    residual = sum((b - rate * a) ** 2 for a, b in pairs)
    return Levels(residual, len(pairs), len(by_seed))


def lack_of_fit(by_depth: ByDepth, shape: Callable[[float], float]) -> float | None:
    """The p value of the F test that the mean over seeds follows a + b `shape`(L).

    It holds the misfit of the K depths' means, with K - 2 degrees of freedom (K - 1 for a constant
    shape), against the interaction of seed and depth, with (K - 1)(S - 1), over the S seeds that
    have a run at every depth. None for fewer than two of them.
    """
    seeds = set.intersection(*(set(logs) for logs in by_depth.values()))
    if len(seeds) < 2:
        return None
    whole = {depth: {s: logs[s] for s in seeds} for depth, logs in by_depth.items()}
    levels = {seed: fmean(logs[seed] for logs in whole.values()) for seed in seeds}
    grand = fmean(levels.values())
    error = 0.0
    means = {}
    for depth, logs in whole.items():
        mean = fmean(logs.values())
        means[depth] = {0: mean}
        error += sum((logs[s] - levels[s] - mean + grand) ** 2 for s in seeds)
    misfit = seed_levels(means, shape).residual * len(seeds)
    constant = len({shape(depth) for depth in whole}) == 1
    df = len(whole) - (1 if constant else 2)
    error_df = (len(whole) - 1) * (len(seeds) - 1)
    if error == 0:
        return 1.0 if misfit <= EXACT else 0.0
    return upper(misfit / df / (error / error_df), df, error_df)


EXACT = 1e-24
