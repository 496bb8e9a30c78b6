"""The integrals of a layer against those of whole maps, and against closed forms of ReLU."""

import math

import numpy as np
import pytest

from resweep.nets import gaussian
from resweep.nets.integrals import integrals, quadrature

SMOOTH = ["tanh", "gelu", "silu"]


@pytest.mark.parametrize("activation", [*gaussian.NEGATIVE_SLOPE, *SMOOTH])
@pytest.mark.parametrize("variance", [0.01, 1.0, 4.0])
def test_means_and_slope_are_those_of_maps(activation, variance):
    mean, second = gaussian.activated(activation, np.array(variance))
    i = integrals(activation, variance)
    assert i.mean == pytest.approx(mean, rel=3e-4, abs=1e-9)
    assert i.second == pytest.approx(second, rel=3e-4)
    slope = gaussian.slope(activation, np.array(variance))
    assert i.slope == pytest.approx(slope, rel=3e-3)


def test_relu_has_its_closed_forms():
    i = integrals("relu", 2.0)
    mean = math.sqrt(2 / (2 * math.pi))
    assert i.u_slope == pytest.approx(mean, rel=1e-3)
    assert (i.uu_slope, i.fu_slope, i.ff_slope) == pytest.approx((1.0, 1.0, 1.0), rel=1e-3)
    assert i.f_slope == pytest.approx(mean, rel=1e-3)
    assert i.elasticity == pytest.approx(1, rel=1e-3)
    assert i.curvature == pytest.approx(-mean / 4, rel=1e-3)
    assert i.fourth[0] == pytest.approx(5, rel=1e-3)
    assert i.third == pytest.approx(2 * math.sqrt(2 / math.pi) * math.sqrt(2) - mean, rel=1e-3)


@pytest.mark.parametrize("activation", SMOOTH)
def test_derivatives_are_those_of_the_integrals(activation):
    v, h = 1.5, 1e-3
    below, at, above = (quadrature(activation, v * (1 + d), 0.0) for d in (-h, 0, h))
    elasticity = (above.second - below.second) / (2 * h) / at.second
    assert at.elasticity == pytest.approx(elasticity, rel=1e-5)
    curvature = (above.mean + below.mean - 2 * at.mean) / h**2
    assert at.curvature == pytest.approx(curvature, rel=1e-3, abs=1e-6)
    shift = (above.mean - below.mean) / (2 * h)
    assert at.u_slope / 2 == pytest.approx(shift, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("activation", SMOOTH)
def test_units_change_nothing(activation):
    plain = quadrature(activation, 1.5, 0.0)
    inside = quadrature(activation, 1.5 * math.exp(-6), 3.0)
    assert inside.mean == pytest.approx(plain.mean * math.exp(-3), abs=1e-12)
    assert inside.second == pytest.approx(plain.second * math.exp(-6))
    assert inside.slope == pytest.approx(plain.slope)
    assert inside.fourth == pytest.approx(plain.fourth)


def test_what_pixels_of_a_window_share_does_not_average_out():
    i = integrals("relu", 1.0)
    assert i.spread(1.0, 8) == pytest.approx(5, rel=1e-3)
    assert i.spread(0.0, 8) == pytest.approx(5 / 64, rel=1e-3)
    assert i.spread(0.5, 1) == pytest.approx(5, rel=1e-3)
