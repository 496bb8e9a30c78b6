"""Bias-corrected and accelerated bootstrap interval of a mean (BCa), for values far from normal.

Let Φ be the normal distribution function and mean* the means of B samples drawn with replacement
from the n values. With the bias correction z0 and the acceleration a

    z0 = Φ^-1(#{mean* < mean} / B),    a = Σ d³ / (6 (Σ d²)^1.5),

where d is the jackknife mean less each leave-one-out mean, the interval at level 1 - α runs from
the quantile

    Φ(z0 + (z0 + z_{α/2}) / (1 - a (z0 + z_{α/2})))

of the resampled means to the same with z_{1-α/2} (Efron 1987, "Better bootstrap confidence
intervals", section 6). Resampled means equal to the mean count half, as in SciPy.

NumPy is imported when an interval is computed, not with this module.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist, fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RESAMPLES = 9999  # B
LEAST = 5  # of 4 values, one sample in 256 is the smallest alone: the interval would be their range
ENOUGH = 20  # of fewer it covers the mean too rarely, four times in five at n = 5 (docs/nulls.md)
SEED = 0
AT_ONCE = 1 << 20  # indices that are drawn in one piece, 8 MiB
NORMAL = NormalDist()


def interval(values: Sequence[float], confidence: float) -> tuple[float, float] | tuple[None, None]:
    """The interval of the mean at level `confidence`; (None, None) for fewer than `LEAST` values.

    The samples are drawn from a fixed seed: the same values always have the same interval.
    """
    if len(values) < LEAST:
        return None, None
    if min(values) == max(values):
        return values[0], values[0]
    import numpy as np

    # by a power of two into [-1, 1], so that sums and squares neither overflow nor vanish
    exponent = math.frexp(max(map(abs, values)))[1]
    values = [math.ldexp(value, -exponent) for value in values]
    mean = fmean(values)
    means = np.sort(resampled_means(np.array(values)))
    bias = NORMAL.inv_cdf(_share_below(means, mean, values))
    acceleration = _acceleration(values, mean)
    low = _quantile(means, _corrected((1 - confidence) / 2, bias, acceleration))
    high = _quantile(means, _corrected((1 + confidence) / 2, bias, acceleration))
    return math.ldexp(low, exponent), math.ldexp(high, exponent)


def resampled_means(values: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """The means of `RESAMPLES` samples with replacement, each as large as `values`.

    Index i of n is drawn as floor(u n / 2^32) from the high 32 bits u of a word of PCG64, whose
    stream NumPy keeps the same in all versions; that favours an index by at most n / 2^32.
    """
    import numpy as np

    count = len(values)
    words = np.random.PCG64(SEED)
    rows = max(1, AT_ONCE // count)
    means = np.empty(RESAMPLES)
    for first in range(0, RESAMPLES, rows):
        drawn = min(rows, RESAMPLES - first)
        indices = (words.random_raw(drawn * count) >> np.uint64(32)) * np.uint64(count)
        indices >>= np.uint64(32)
        samples = values[indices.astype(np.intp)].reshape(drawn, count)
        means[first : first + drawn] = samples.mean(axis=1)
    return means


def _share_below(means: "NDArray[np.float64]", mean: float, values: Sequence[float]) -> float:
    """The share of resampled means below the mean, those equal to it counted half.

    Two sums of n values that are equal but for rounding differ by at most n ulps of the largest.
    """
    rounding = math.ulp(max(map(abs, values))) * len(values)
    below = int((means < mean - rounding).sum())
    above = int((means > mean + rounding).sum())
    return (below + (len(means) - above)) / 2 / len(means)


def _corrected(p: float, bias: float, acceleration: float) -> float:
    """Which quantile of the resampled means stands for the quantile `p` of the mean."""
    z = bias + NORMAL.inv_cdf(p)
    return NORMAL.cdf(bias + z / (1 - acceleration * z))


def _acceleration(values: Sequence[float], mean: float) -> float:
    """The acceleration a; see the module."""
    differences = [(value - mean) / (len(values) - 1) for value in values]
    cubes = math.fsum([d**3 for d in differences])
    squares = math.fsum([d**2 for d in differences])
    return cubes / (6 * math.pow(squares, 1.5))


def _quantile(ordered: "NDArray[np.float64]", p: float) -> float:
    """The quantile `p` of sorted values, interpolated linearly between two of them."""
    place = p * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (place - low) * (ordered[high] - ordered[low]))
