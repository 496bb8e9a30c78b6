import pytest
import torch

from resweep.nets.loss import cross_entropy
from resweep.nets.probes import probe
from resweep.nets.probes.gradient_quotient import EPS, _gradient_and_product, _quotient


def gradient(s, parameters):
    return torch.autograd.grad(cross_entropy(s.net(s.images), s.labels), parameters)


@pytest.mark.parametrize("block", ["residual", "residual-bn"])
def test_against_a_finite_difference_of_gradients(start, block):
    s = start(activation="tanh", block=block)
    parameters = list(s.net.parameters())
    g = gradient(s, parameters)
    sides = []
    step = 1e-4 / torch.cat([t.flatten() for t in g]).norm()
    with torch.no_grad():
        for side in (step, -2 * step, step):
            for p, t in zip(parameters, g, strict=True):
                p += side * t
            with torch.enable_grad():
                sides.append(torch.cat([t.flatten() for t in gradient(s, parameters)]))
    hg = (sides[0] - sides[1]) / (2 * step)
    _, product = _gradient_and_product(s.loss, parameters)
    torch.testing.assert_close(product, hg, rtol=1e-5, atol=1e-6 * hg.abs().max().item())
    assert probe(s, ("gradient-quotient",)).metrics["gradient_quotient"] == pytest.approx(
        _quotient(sides[2], hg), rel=1e-2
    )


def test_a_quadratic_has_the_hessian_that_it_says():
    w = torch.tensor([1.0, -2.0, 3.0], dtype=torch.float64, requires_grad=True)
    curvature = torch.tensor([2.0, 0.5, 1e30], dtype=torch.float64)
    g, hg = _gradient_and_product((curvature * w * w / 2).sum(), [w])
    torch.testing.assert_close(g, curvature * w.detach())
    torch.testing.assert_close(hg, curvature**2 * w.detach())


def test_definition():
    g = torch.tensor([2.0, -1.0, 0.0], dtype=torch.float64)
    hg = torch.tensor([1.0, 1.0, 3.0], dtype=torch.float64)
    expected = (abs(1 / (2 + EPS) - 1) + abs(-2 / (-1 - EPS) - 1) + abs(-3 / EPS - 1)) / 3
    assert _quotient(g, hg) == pytest.approx(expected)
    assert _quotient(g, 0 * g) == pytest.approx((EPS / (2 + EPS) + EPS / (1 + EPS) + 1) / 3)
