import math

import numpy as np
import pytest
from scipy import integrate, stats

from resweep.nets import gaussian

REFERENCE = {
    "relu": lambda u: max(u, 0.0),
    "identity": lambda u: u,
    "leaky-relu": lambda u: u if u > 0 else 0.01 * u,
    "tanh": math.tanh,
    "gelu": lambda u: u * stats.norm.cdf(u),
    "silu": lambda u: u / (1 + math.exp(-u)),
}


def by_quadrature(g, variance):
    """E[g(u)], u ~ N(0, variance), by adaptive quadrature split at the kink."""
    sd = math.sqrt(variance)
    pieces = [
        integrate.quad(
            lambda u: g(u) * stats.norm.pdf(u, scale=sd), lo, hi, epsabs=1e-13, epsrel=1e-11
        )[0]
        for lo, hi in [(-12 * sd, 0), (0, 12 * sd)]
    ]
    return sum(pieces)


@pytest.mark.parametrize("variance", [0.01, 1.0, 4.0])
@pytest.mark.parametrize("activation", REFERENCE)
def test_moments_agree_with_adaptive_quadrature(activation, variance):
    f = REFERENCE[activation]
    mean, second = gaussian.activated(activation, np.array(variance))
    assert mean == pytest.approx(by_quadrature(f, variance), rel=1e-7, abs=1e-9)
    assert second == pytest.approx(by_quadrature(lambda u: f(u) ** 2, variance), rel=1e-7)


@pytest.mark.parametrize("variance", [0.01, 1.0, 4.0])
@pytest.mark.parametrize("activation", REFERENCE)
def test_slope_agrees_with_adaptive_quadrature_of_differences(activation, variance):
    f, h = REFERENCE[activation], 1e-5
    derivative = by_quadrature(lambda u: ((f(u + h) - f(u - h)) / (2 * h)) ** 2, variance)
    assert gaussian.slope(activation, np.array(variance)) == pytest.approx(derivative, rel=1e-4)


def test_relu_of_a_standard_normal_has_half_and_one_over_root_two_pi():
    mean, second = gaussian.activated("relu", np.array(1.0))
    assert (mean, second) == (pytest.approx(0.3989422804014327, rel=1e-15), 0.5)
    assert second - mean**2 == pytest.approx(0.5 - 1 / (2 * math.pi), rel=1e-15)
