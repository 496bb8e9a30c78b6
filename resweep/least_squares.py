"""A straight line through points, with what is known of its slope: scipy.stats.linregress without its import."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul
from statistics import fmean


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


def fit(x: Sequence[float], y: Sequence[float]) -> Line | None:
    """The line of least squares; None where x has fewer than two distinct values.

    A slope of at most 2 ulp(max |y|) sum |x - mean x| / sum (x - mean x)^2, which rounding alone can make, is 0; y that
    differs from its mean by no more than those 2 ulps is constant.
    """
    if len(set(x)) < 2:
        return None
    middle, level, n = fmean(x), fmean(y), len(x)
    rounded = 2 * math.ulp(max(map(abs, y)))
    dx, dy = [a - middle for a in x], [b - level for b in y]
    if all(abs(b) <= rounded for b in dy):
        dy = [0.0] * n
    spread = _dot(dx, dx)
    if not spread > 0:
        return None
    moved = _dot(dx, dy)
    slope = moved / spread if abs(moved) > rounded * math.fsum(map(abs, dx)) else 0.0
    rest = [b - slope * a for a, b in zip(dx, dy, strict=True)]
    residual = _dot(rest, rest)
    stderr = math.sqrt(residual / (n - 2) / spread) if n > 2 else None
    return Line(slope, level - slope * middle, stderr, residual, _dot(dy, dy), n)


def _dot(a: Sequence[float], b: Sequence[float]) -> float:
    return math.fsum(map(mul, a, b))
