"""A straight line through points, with what is known of its slope: scipy.stats.linregress without its import."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
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
    """The line of least squares; None where x has fewer than two distinct values."""
    if len(set(x)) < 2:
        return None
    middle, level, n = fmean(x), fmean(y), len(x)
    spread = math.fsum((a - middle) ** 2 for a in x)
    if not spread > 0:
        return None
    slope = math.fsum((a - middle) * (b - level) for a, b in zip(x, y, strict=True)) / spread
    intercept = level - slope * middle
    residual = math.fsum((b - intercept - slope * a) ** 2 for a, b in zip(x, y, strict=True))
    stderr = math.sqrt(residual / (n - 2) / spread) if n > 2 else None
    return Line(slope, intercept, stderr, residual, math.fsum((b - level) ** 2 for b in y), n)
