"""A straight line fitted by least squares, and the standard error of its slope.

It gives what scipy.stats.linregress gives, without the two seconds of its import.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import mul
from typing import NamedTuple


@dataclass(frozen=True)
class Line:
    """The line y = intercept + slope x, fitted to n points.

    slope, intercept    the coefficients
    stderr              the slope's standard error, sqrt(residual / (n - 2) / sum (x - mean x)^2);
                        None for n = 2
    residual            the sum of squared residuals
    total               the sum of squares of y about its mean
    n                   how many points
    """

    slope: float
    intercept: float
    stderr: float | None
    residual: float
    total: float
    n: int

    @property
    def r2(self) -> float | None:
        """1 - residual / total: how much of the variance of y the line explains.

        None where y is constant.
        """
        return 1 - self.residual / self.total if self.total > 0 else None


class Spot(NamedTuple):
    """Several values of y at one x.

    x          where they are
    n          how many there are
    mean       their mean
    within     their sum of squares about it
    largest    the largest |y|
    """

    x: float
    n: int
    mean: float
    within: float
    largest: float


def spot(x: float, y: Sequence[float]) -> Spot:
    """The Spot of one or more values y at x."""
    n = len(y)
    mean = math.fsum(y) / n
    rest = [value - mean for value in y]
    return Spot(x, n, mean, math.fsum(map(mul, rest, rest)), max(map(abs, y)))


def fit(x: Sequence[float], y: Sequence[float]) -> Line | None:
    """The line of least squares through the points (x, y); see `through`."""
    return through([spot(a, (b,)) for a, b in zip(x, y, strict=True)])


def through(spots: Sequence[Spot]) -> Line | None:
    """The line of least squares through all values; None for fewer than two distinct x.

    Only the means and the sums of squares enter, so that a thousand values at one x cost no more
    than one. What rounding alone can cause counts as nothing: y that differs from its mean by at
    most 2 ulp(max |y|) is constant, and a slope of at most
    2 ulp(max |y|) sum |x - mean x| / sum (x - mean x)^2 is 0.
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
