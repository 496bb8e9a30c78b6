"""Bias-corrected and accelerated bootstrap interval of a mean, for values whose distribution is far from normal.

With B resampled means, their share z0 = Φ^-1(#{mean* < mean} / B) below the mean, and acceleration a from the jackknife
(a = Σ d³ / (6 (Σ d²)^1.5), d the jackknife mean less each leave-one-out mean), the interval at level 1 - α runs from
the quantile Φ(z0 + (z0 + z_{α/2}) / (1 - a (z0 + z_{α/2}))) of the resampled means to the same with z_{1-α/2}
(Efron 1987, "Better bootstrap confidence intervals", Sec. 6). Ties count half, as in SciPy.
"""

import math
import random
from collections.abc import Sequence
from statistics import NormalDist, fmean

RESAMPLES = 9999
LEAST = 5  # with 4 values one resample in 256 is the smallest value alone: the interval would be their range
NORMAL = NormalDist()


def interval(values: Sequence[float], confidence: float) -> tuple[float, float] | tuple[None, None]:
    """The interval of the mean; (None, None) for fewer than `LEAST` values. The same values give the same interval."""
    if len(values) < LEAST:
        return None, None
    mean = fmean(values)
    if min(values) == max(values):
        return mean, mean
    draw = random.Random(0)
    means = sorted(
        math.fsum(draw.choices(values, k=len(values))) / len(values) for _ in range(RESAMPLES)
    )
    low, high = (
        _level(values, mean, means, p) for p in ((1 - confidence) / 2, (1 + confidence) / 2)
    )
    return _quantile(means, low), _quantile(means, high)


def _level(values: Sequence[float], mean: float, means: Sequence[float], p: float) -> float:
    """The quantile of the resampled means that stands for `p`."""
    below = sum(m < mean for m in means) + sum(m == mean for m in means) / 2
    bias = NORMAL.inv_cdf(below / len(means))
    moved = bias + NORMAL.inv_cdf(p)
    return NORMAL.cdf(bias + moved / (1 - _acceleration(values, mean) * moved))


def _acceleration(values: Sequence[float], mean: float) -> float:
    deviations = [(v - mean) / (len(values) - 1) for v in values]
    return math.fsum(d**3 for d in deviations) / (6 * math.fsum(d**2 for d in deviations) ** 1.5)


def _quantile(ordered: Sequence[float], p: float) -> float:
    place = p * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])
