"""The upper tail of Fisher's F, computed here because importing scipy.stats takes 2 s.

P(F ≥ f) with d1 and d2 degrees of freedom is the regularized incomplete beta function I_x(a, b) at
x = d2 / (d2 + d1 f), a = d2/2, b = d1/2 (Abramowitz and Stegun 1964, 26.6.2), summed as the
continued fraction 26.5.8 by Lentz's method.
"""

import math

TINY = 1e-300  # in place of a zero denominator
TERMS = 10_000


def upper(f: float, d1: int, d2: int) -> float:
    """P(F ≥ f) for d1 and d2 degrees of freedom, with a relative error of about 1e-12.

    1 for f ≤ 0 and 0 for an infinite f. Raises ValueError for degrees of freedom below 1.
    """
    if d1 < 1 or d2 < 1:
        raise ValueError(f"no F distribution with {d1} and {d2} degrees of freedom")
    if not f > 0:
        return 1.0
    if math.isinf(f):
        return 0.0
    return _beta(d2 / (d2 + d1 * f), d2 / 2, d1 / 2)


def _beta(x: float, a: float, b: float) -> float:
    """The regularized incomplete beta function I_x(a, b)."""
    if x > (a + 1) / (a + b + 2):  # there the fraction converges slowly
        return 1 - _beta(1 - x, b, a)
    if x <= 0:
        return 0.0
    log = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(log + a * math.log(x) + b * math.log1p(-x)) / a
    return front / _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction 1 + d1/(1 + d2/(1 + ...)) of 26.5.8."""
    value, c, d = 1.0, 1.0, 0.0
    for j in range(1, TERMS):
        m = j // 2
        if j % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / (1 + term * d or TINY)
        c = 1 + term / c or TINY
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value
