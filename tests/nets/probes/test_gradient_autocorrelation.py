import math

import pytest
import torch

from resweep.nets.probes import probe
from resweep.nets.probes.gradient_autocorrelation import POINTS, _gradients_on_line, _statistics

SERIES = 4000
"""Independent series as coordinates, so that ratios of sums are ratios of expectations."""


def noise(seed=0):
    return torch.randn(
        POINTS, SERIES, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)
    )


def test_white_noise():
    rho, whiteness, coherence = _statistics(noise())
    m, tolerance = POINTS, 5 / math.sqrt(SERIES * POINTS)
    assert rho[0] == 1.0
    assert rho[1:] == pytest.approx(
        [-(m - k) / (m * (m - 1)) for k in range(1, m // 2 + 1)], abs=tolerance
    )
    assert whiteness == pytest.approx(1.0, abs=tolerance)
    assert coherence == pytest.approx(1 / m, abs=tolerance)


def test_brown_noise():
    rho, whiteness, _ = _statistics(noise().cumsum(0))
    expected = [2 * a**3 - a for a in (1 - k / POINTS for k in range(POINTS // 2 + 1))]
    assert rho == pytest.approx(expected, abs=0.02)
    assert whiteness == pytest.approx(3 / (POINTS + 1), rel=0.05)


def test_a_cosine_of_whole_periods():
    t = torch.arange(POINTS, dtype=torch.float64)
    rho, whiteness, _ = _statistics(
        torch.stack([(t * math.tau / 16).cos(), (t * math.tau / 16).sin()], 1)
    )
    expected = [(1 - k / POINTS) * math.cos(k * math.tau / 16) for k in range(POINTS // 2 + 1)]
    assert rho == pytest.approx(expected)
    assert whiteness == pytest.approx((1 - 1 / POINTS) * (1 - math.cos(math.tau / 16)))


def test_the_scale_of_the_gradient_does_not_matter():
    small, large = _statistics(noise()), _statistics(1e200 * noise())
    assert small[0] == pytest.approx(large[0])
    assert small[1:] == pytest.approx(large[1:])


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_a_linear_network_has_one_gradient(start, precision):
    r = probe(
        start(activation="identity", blocks=10, precision=precision), ("gradient-autocorrelation",)
    )
    assert r.metrics["gradient_coherence"] == pytest.approx(1.0, abs=1e-6)
    assert math.isnan(r.metrics["gradient_whiteness"])
    assert all(map(math.isnan, r.profiles["gradient_autocorrelation"]))


def test_gradients_are_those_of_each_image_of_the_line(start):
    s = start(activation="tanh")
    g = _gradients_on_line(s)
    readout = s.normal("gradient-autocorrelation", torch.empty(10, dtype=torch.float64))
    for t in (0, 20, POINTS - 1):
        x = torch.lerp(s.images[:1], s.images[-1:], t / (POINTS - 1)).requires_grad_()
        (expected,) = torch.autograd.grad((s.net(x) @ readout).sum(), x)
        torch.testing.assert_close(g[t], expected.flatten())


def test_a_deep_plain_network_shatters_and_a_residual_one_does_not(start):
    fields = {"blocks": 30, "channels": 16}
    plain = probe(
        start(block="plain", scheme="he", **fields), ("gradient-autocorrelation",)
    ).metrics
    residual = probe(start(**fields), ("gradient-autocorrelation",)).metrics
    assert plain["gradient_coherence"] < 0.3 < residual["gradient_coherence"]
