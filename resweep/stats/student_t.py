"""Student's t for whole degrees of freedom: own code because importing scipy.stats takes 2 s.

With t = √ν tan θ the probability A(θ) = P(|T| ≤ t) is a finite sum (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4):

    odd ν:   A = (2/π) (θ + sin θ [cos θ + 2/3 cos³θ + ... + (2·4···(ν-3))/(3·5···(ν-2)) cos^(ν-2) θ])
    even ν:  A = sin θ [1 + 1/2 cos²θ + ... + (1·3···(ν-3))/(2·4···(ν-2)) cos^(ν-2) θ]
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import fmean


def interval(values: Sequence[float], confidence: float) -> tuple[float, float] | tuple[None, None]:
    """mean ± t(n-1) s/√n, the interval for the mean; (None, None) for fewer than two values."""
    if len(values) < 2:
        return None, None
    half = (
        quantile((1 + confidence) / 2, len(values) - 1) * deviation(values) / math.sqrt(len(values))
    )
    middle = mean(values)
    return middle - half, middle + half


def mean(values: Sequence[float]) -> float:
    """The mean, also where the sum is past a double's range."""
    try:
        return fmean(values)
    except OverflowError:
        return math.fsum([v / len(values) for v in values])


def deviation(values: Sequence[float]) -> float:
    """Sample standard deviation of two values or more; statistics.stdev's exact fractions take 10 times as long.

    The mean is good to an ulp, which alone makes a deviation of √(n/(n-1)) ulps, at most 1.42: no more than 2 is none.
    """
    middle = mean(values)
    found = math.hypot(*[v - middle for v in values]) / math.sqrt(
        len(values) - 1
    )  # squares could overflow
    return found if found > 2 * math.ulp(middle) else 0.0


@lru_cache(maxsize=4096)
def quantile(p: float, df: int) -> float:
    """t with P(T ≤ t) = p for `df` degrees of freedom, to about 1e-11 relative for |p - 1/2| ≤ 0.4999.

    A is concave, so that Newton's steps from θ = 0 climb to the root and never pass it.
    Raises ValueError unless df ≥ 1 and 1e-9 ≤ p ≤ 1 - 1e-9: further out 1 - A has too few digits left.
    """
    if not 1e-9 <= p <= 1 - 1e-9 or df < 1:
        raise ValueError(f"no t quantile for p={p}, df={df}")
    if p < 0.5:
        return -quantile(1 - p, df)
    wanted, theta = 2 * p - 1, 0.0
    slope = 2 / math.sqrt(math.pi) * math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2))
    while True:
        step = (wanted - _central(theta, df)) / (slope * math.cos(theta) ** (df - 1))
        if step <= 1e-15 * theta:
            return math.sqrt(df) * math.tan(theta)
        theta += step


def two_sided(t: float, df: int) -> float:
    """P(|T| ≥ |t|) for `df` degrees of freedom, to about 1e-15 absolute; 0 for an infinite t."""
    return max(0.0, 1 - _central(math.atan(abs(t) / math.sqrt(df)), df))


def paired(differences: Sequence[float]) -> float | None:
    """p of the two-sided t test that the mean of `differences` is 0; None for fewer than two of them."""
    if len(differences) < 2:
        return None
    middle, spread = mean(differences), deviation(differences)
    if spread == 0:
        return 1.0 if middle == 0 else 0.0
    return two_sided(middle / (spread / math.sqrt(len(differences))), len(differences) - 1)


def _central(theta: float, df: int) -> float:
    """A(θ) = P(|T| ≤ √ν tan θ)."""
    odd = df % 2
    cosine, sine = math.cos(theta), math.sin(theta)
    term = cosine if odd else 1.0
    total = 0.0
    for k in range(2 + odd, df + 1, 2):
        total += term
        term *= cosine * cosine * (k - 1) / k
    return 2 / math.pi * (theta + sine * total) if odd else sine * total
