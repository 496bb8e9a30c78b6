"""The interval of a share: k successes of n tries."""

import math
from functools import lru_cache
from statistics import NormalDist


@lru_cache(maxsize=4096)
def wilson(k: int, n: int, confidence: float) -> tuple[float, float] | tuple[None, None]:
    """Wilson's score interval for the probability behind `k` successes of `n` independent tries.

    With p = k/n and z the normal quantile of (1 + confidence) / 2 it is

        (p + z²/2n ± z sqrt(p (1 - p) / n + z²/4n²)) / (1 + z²/n)

    (Wilson 1927). It stays between 0 and 1 and has a width at k = 0 and k = n, where the interval
    p ± z sqrt(p (1 - p) / n) has none. (None, None) for n = 0.
    """
    if n == 0:
        return None, None
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = k / n
    middle = share + z * z / (2 * n)
    reach = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # rounding may leave the end that is 0 or 1 a few ulps beyond
    low = 0.0 if k == 0 else (middle - reach) / scale
    high = 1.0 if k == n else (middle + reach) / scale
    return low, high
