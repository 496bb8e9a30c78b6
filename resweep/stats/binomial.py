"""Tails of the binomial and the beta-binomial distribution, exact sums of their terms.

    B(k; n, p)       = C(n, k) p^k (1 - p)^(n-k)
    BB(k; n, a, b)   = C(n, k) Beta(k + a, n - k + b) / Beta(a, b)

The second is the binomial whose p is drawn from a Beta(a, b) distribution: counts that spread more
widely than those of independent draws (Skellam 1948).
"""

import math
from collections.abc import Callable

Term = Callable[[int], float]


def tail(k: int, n: int, p: float) -> float:
    """P(X >= k) for the number X of successes in n independent draws of probability p."""
    if p in (0.0, 1.0):
        return float(k <= n * p)
    return math.fsum(map(_binomial(n, p), range(max(k, 0), n + 1)))


def beta_binomial_tail(k: int, n: int, a: float, b: float) -> float:
    """P(X >= k) for n draws whose probability is itself drawn from Beta(a, b), a and b above 0."""
    return math.fsum(map(_beta_binomial(n, a, b), range(max(k, 0), n + 1)))


def _binomial(n: int, p: float) -> Term:
    log_p, log_q = math.log(p), math.log1p(-p)
    return lambda k: math.exp(_log_choose(n, k) + k * log_p + (n - k) * log_q)


def _beta_binomial(n: int, a: float, b: float) -> Term:
    whole = _log_beta(a, b)
    return lambda k: math.exp(_log_choose(n, k) + _log_beta(k + a, n - k + b) - whole)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
