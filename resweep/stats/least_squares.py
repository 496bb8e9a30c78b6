"""A straight line through points, with what is known of its slope: scipy.stats.linregress without its import."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import mul
from statistics import fmean
from typing import NamedTuple


@dataclass(frozen=True)
class Line:
    """y = intercept + slope x, fitted to `n` points.

    `residual` is the sum of squared residuals, `total` that of y about its mean. `stderr` of the slope is
    sqrt(residual / (n - 2) / sum (x - mean x)^2), None for n = 2.
    """

    slope: float
    intercept: float
    stderr: float | None
    residual: float
    total: float
    n: int

    @property
    def r2(self) -> float | None:
        """1 - residual / total, the share of the variance of y that the line explains; None where y is constant."""
        return 1 - self.residual / self.total if self.total > 0 else None


class Spot(NamedTuple):
    """`n` values of y at one x: their mean, the sum of their squares about it, and the largest |y| of them."""

    x: float
    n: int
    mean: float
    within: float
    largest: float


def spot(x: float, y: Sequence[float]) -> Spot:
    """The values y, one or more, at x."""
    mean = fmean(y)
    rest = [value - mean for value in y]
    return Spot(x, len(y), mean, _dot(rest, rest), max(map(abs, y)))


def fit(x: Sequence[float], y: Sequence[float]) -> Line | None:
    """The line of least squares through points (x, y): see `through`."""
    return through([spot(a, (b,)) for a, b in zip(x, y, strict=True)])


def through(spots: Sequence[Spot]) -> Line | None:
    """The line of least squares; None where x has fewer than two distinct values.

    Only means and squares about them enter, so that a thousand values at one x cost no more than one. A slope of at
    most 2 ulp(max |y|) sum |x - mean x| / sum (x - mean x)^2, which rounding alone can make, is 0; y that differs from
    its mean by no more than those 2 ulps is constant.
    """
    if len({s.x for s in spots}) < 2:
        return None
    counts = [s.n for s in spots]
    n = sum(counts)
    middle = _dot(counts, [s.x for s in spots]) / n
    level = _dot(counts, [s.mean for s in spots]) / n
    rounded = 2 * math.ulp(max(s.largest for s in spots))
    dx, dy = [s.x - middle for s in spots], [s.mean - level for s in spots]
    within = math.fsum(s.within for s in spots)
    if within <= n * rounded**2 and all(abs(b) <= rounded for b in dy):
        within, dy = 0.0, [0.0] * len(dy)
    weighted = list(map(mul, counts, dx))
    spread, moved = _dot(weighted, dx), _dot(weighted, dy)
    if not spread > 0:
        return None
    slope = moved / spread if abs(moved) > rounded * math.fsum(map(abs, weighted)) else 0.0
    rest = [b - slope * a for a, b in zip(dx, dy, strict=True)]
    residual = _dot(map(mul, counts, rest), rest) + within
    stderr = math.sqrt(residual / (n - 2) / spread) if n > 2 else None
    total = _dot(map(mul, counts, dy), dy) + within
    return Line(slope, level - slope * middle, stderr, residual, total, n)


def _dot(a: Iterable[float], b: Iterable[float]) -> float:
    return math.fsum(map(mul, a, b))
