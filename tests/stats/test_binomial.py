"""Tails of the binomial and the beta-binomial against scipy and closed forms."""

import pytest
from scipy import stats

from resweep.stats.binomial import beta_binomial_tail, tail


@pytest.mark.parametrize("n", [1, 3, 50, 512, 10_000])
@pytest.mark.parametrize("p", [0.1, 0.4, 0.5, 0.999])
def test_tails_agree_with_scipy(n, p):
    for k in sorted({0, 1, n // 10, n // 9, n // 2, n}):
        assert tail(k, n, p) == pytest.approx(stats.binom.sf(k - 1, n, p), rel=1e-8, abs=1e-300)
        a, b = 99 * p, 99 * (1 - p)
        expected = stats.betabinom.sf(k - 1, n, a, b)
        assert beta_binomial_tail(k, n, a, b) == pytest.approx(expected, rel=1e-7, abs=1e-12)


def test_the_ends_are_sure():
    assert tail(0, 7, 0.3) == pytest.approx(1)
    assert tail(-3, 7, 0.3) == pytest.approx(1)
    assert tail(8, 7, 0.3) == 0
    assert (tail(1, 7, 0.0), tail(0, 7, 0.0), tail(7, 7, 1.0)) == (0, 1, 1)


def test_the_sign_test_of_ten_to_nothing_is_two_to_the_minus_ten():
    assert tail(10, 10, 0.5) == pytest.approx(2**-10)


def test_a_uniform_chance_makes_every_count_as_likely():
    """BB(k; n, 1, 1) = 1 / (n + 1)."""
    assert beta_binomial_tail(7, 9, 1, 1) == pytest.approx(0.3)
