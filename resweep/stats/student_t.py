"""Student's t for whole degrees of freedom, computed here because importing scipy.stats takes 2 s.

With t = √ν tan θ the probability A(θ) = P(|T| ≤ t) is a finite sum. For odd ν

    A = (2/π) (θ + sin θ [cos θ + 2/3 cos³θ + ... + (2·4···(ν-3))/(3·5···(ν-2)) cos^(ν-2) θ])

and for even ν

    A = sin θ [1 + 1/2 cos²θ + ... + (1·3···(ν-3))/(2·4···(ν-2)) cos^(ν-2) θ]

(Abramowitz and Stegun 1964, 26.7.3 and 26.7.4).
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import fmean


def interval(values: Sequence[float], confidence: float) -> tuple[float, float] | tuple[None, None]:
    """The interval mean ± t s/√n for the mean of n values, at level `confidence`.

    s is the sample standard deviation and t the quantile of Student's distribution with n - 1
    degrees of freedom. (None, None) for fewer than two values.
    """
    if len(values) < 2:
        return None, None
    return around(mean(values), deviation(values), len(values), confidence)


def around(middle: float, spread: float, n: int, confidence: float) -> tuple[float, float]:
    """The interval of a mean that is known with its sample standard deviation, for n ≥ 2."""
    half = quantile((1 + confidence) / 2, n - 1) * spread / math.sqrt(n)
    return middle - half, middle + half


def mean(values: Sequence[float]) -> float:
    """The mean, also of values whose sum exceeds the range of a double."""
    try:
        return fmean(values)
    except OverflowError:
        return math.fsum([v / len(values) for v in values])


def deviation(values: Sequence[float]) -> float:
    """The sample standard deviation of two values or more.

    The mean is exact to one ulp, which alone makes equal values deviate by √(n/(n-1)) ulps, at most
    1.42. A deviation of at most 2 ulps is therefore 0. (statistics.stdev computes with exact
    fractions and takes ten times as long.)
    """
    middle = mean(values)
    distance = math.hypot(*[v - middle for v in values])  # a sum of squares could overflow
    result = distance / math.sqrt(len(values) - 1)
    return result if result > 2 * math.ulp(middle) else 0.0


@lru_cache(maxsize=4096)
def quantile(p: float, df: int) -> float:
    """The t for which P(T ≤ t) = p, with `df` degrees of freedom.

    It is solved for by Newton's method. A is concave, so that the steps from θ = 0 climb to the
    root and never pass it. The relative error is about 1e-11 for |p - 1/2| ≤ 0.4999.
    Raises ValueError unless df ≥ 1 and 1e-9 ≤ p ≤ 1 - 1e-9, beyond which 1 - A has too few digits.
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
    """P(|T| ≥ |t|) for `df` degrees of freedom, with an absolute error of about 1e-15."""
    return max(0.0, 1 - _central(math.atan(abs(t) / math.sqrt(df)), df))


def paired(differences: Sequence[float]) -> float | None:
    """The p value of the two-sided t test of the hypothesis that the mean of `differences` is 0.

    None for fewer than two differences.
    """
    if len(differences) < 2:
        return None
    error = deviation(differences) / math.sqrt(len(differences))
    return p_value(mean(differences), error, len(differences) - 1)


def p_value(value: float, error: float, df: int) -> float:
    """The p value of the two-sided test that a `value` with this standard error is 0."""
    if error == 0:
        return 1.0 if value == 0 else 0.0
    return two_sided(value / error, df)


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
