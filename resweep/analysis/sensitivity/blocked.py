"""Fits over depth with seeds as blocks.

Networks of one seed share the stream that their weights are drawn from, so that a seed whose
growth is high at one depth tends to be high at the others. Each seed therefore has a level of its
own; what is left of a run is its error.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

from resweep.stats.fisher_f import upper

ByDepth = Mapping[int, Mapping[int, float]]  # depth -> seed -> log10 growth
EXACT = 1e-24


class Block(NamedTuple):
    """The seeds that were run at the same depths.

    `columns` has for each of the `depths` the log10 growths of all these seeds, each less the mean
    of its seed, which is the level that least squares gives it; `sums` are those of the columns.
    """

    depths: tuple[int, ...]
    columns: tuple[Sequence[float], ...]
    sums: tuple[float, ...]

    @property
    def seeds(self) -> int:
        """How many seeds there are."""
        return len(self.columns[0])


class Levels(NamedTuple):
    """A fit with one level for each of `seeds` seeds: its residual sum of squares over n runs."""

    residual: float
    n: int
    seeds: int


def blocks(by_depth: ByDepth) -> list[Block]:
    """Sort the seeds by the depths at which they were run."""
    found = []
    for common, seeds in _alike(by_depth).items():
        columns = [[by_depth[depth][seed] for seed in seeds] for depth in common]
        levelled = _less_levels(columns)
        found.append(Block(common, levelled, tuple(map(math.fsum, levelled))))
    return found


def _alike(by_depth: ByDepth) -> Mapping[tuple[int, ...], Sequence[int]]:
    """The seeds by the depths at which they were run; in a grid all were run at every depth."""
    every = [logs.keys() for logs in by_depth.values()]
    if all(seeds == every[0] for seeds in every):
        return {tuple(by_depth): list(every[0])}
    depths_of: dict[int, list[int]] = {}
    for depth, logs in by_depth.items():
        for seed in logs:
            depths_of.setdefault(seed, []).append(depth)
    alike: dict[tuple[int, ...], list[int]] = {}
    for seed, depths in depths_of.items():
        alike.setdefault(tuple(depths), []).append(seed)
    return alike


def _less_levels(columns: Sequence[Sequence[float]]) -> tuple[Sequence[float], ...]:
    """The columns, each row less its mean."""
    levels = [sum(row) / len(row) for row in zip(*columns, strict=True)]
    return tuple([y - at for y, at in zip(column, levels, strict=True)] for column in columns)


def seed_levels(parted: Sequence[Block], shape: Callable[[float], float]) -> Levels:
    """The fit of log10 g = a_seed + b `shape`(L) by least squares."""
    spread = moved = 0.0
    bases = [_base(block, shape) for block in parted]
    for block, base in zip(parted, bases, strict=True):
        for x, total in zip(base, block.sums, strict=True):
            spread += block.seeds * x * x
            moved += x * total
    rate = moved / spread if spread else 0.0
    residual = 0.0
    for block, base in zip(parted, bases, strict=True):
        for x, column in zip(base, block.columns, strict=True):
            residual += _squares(column, rate * x)
    n = sum(block.seeds * len(block.depths) for block in parted)
    return Levels(residual, n, sum(block.seeds for block in parted))


def _base(block: Block, shape: Callable[[float], float]) -> list[float]:
    """The shape at the block's depths, less its mean."""
    at = [shape(depth) for depth in block.depths]
    middle = sum(at) / len(at)
    return [x - middle for x in at]


def _squares(column: Sequence[float], about: float) -> float:
    """The sum of squares of a column about a value."""
    return math.dist(column, [about] * len(column)) ** 2


def lack_of_fit(parted: Sequence[Block], shape: Callable[[float], float]) -> float | None:
    """The p value of the F test that the mean over seeds follows a + b `shape`(L).

    It holds the misfit of the K depths' means, with K - 2 degrees of freedom (K - 1 for a constant
    shape), against the interaction of seed and depth, with (K - 1)(S - 1), over the S seeds that
    have a run at every depth. None for fewer than two of them.
    """
    every = set[int]().union(*(block.depths for block in parted))
    whole = [block for block in parted if len(block.depths) == len(every)]
    if not whole or whole[0].seeds < 2:
        return None
    depths, columns, _ = whole[0]
    seeds = whole[0].seeds
    means = [fmean(column) for column in columns]
    error = 0.0
    for column, mean in zip(columns, means, strict=True):
        error += _squares(column, mean)
    alone = Block(depths, tuple([mean] for mean in means), tuple(means))
    misfit = seed_levels([alone], shape).residual * seeds
    constant = len({shape(depth) for depth in depths}) == 1
    df = len(depths) - (1 if constant else 2)
    error_df = (len(depths) - 1) * (seeds - 1)
    if error == 0:
        return 1.0 if misfit <= EXACT else 0.0
    return upper(misfit / df / (error / error_df), df, error_df)
