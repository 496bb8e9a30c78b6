import math

import pytest
import torch

from resweep.nets.probes import probe
from resweep.nets.probes._singular import largest_singular_value
from resweep.nets.probes.jacobian import Jacobian


def matrix(s, images):
    """The joint Jacobian z_0 -> z_L by torch's own loop over outputs."""

    def through(z):
        for branch in s.net.branches:
            z = s.net.form.forward(z, branch)
        return z

    z = next(s.net.states(s.images[:images])).detach()
    return torch.autograd.functional.jacobian(through, z).reshape(z.numel(), z.numel())


@pytest.mark.parametrize(
    "fields", [{"scheme": "he"}, {"activation": "tanh"}, {"block": "residual-bn"}, {"convs": 2}]
)
def test_against_the_full_matrix(start, fields):
    s = start(channels=3, size=5, images=4, blocks=4, **fields)
    r = probe(s, ("jacobian",)).metrics
    j = matrix(s, 4)
    values = torch.linalg.svdvals(j)
    assert (values - r["jacobian_largest"]).abs().min() <= r["jacobian_largest_error"] + 1e-9
    assert 0.97 * values[0] < r["jacobian_largest"] <= values[0] * (1 + 1e-9)
    frobenius = values.square().sum().sqrt().item()
    assert abs(r["jacobian_frobenius"] - frobenius) < 5 * r["jacobian_frobenius_error"]
    assert r["jacobian_frobenius_error"] < 0.1 * frobenius
    assert r["jacobian_mean_square"] == pytest.approx(r["jacobian_frobenius"] ** 2 / len(j))


def test_products_are_those_of_the_matrix(start):
    s = start(channels=2, size=4, activation="gelu")
    j, jacobian = matrix(s, 4), Jacobian(s.forward(s.images))
    v = torch.randn(len(j), dtype=torch.float64)
    torch.testing.assert_close(jacobian.forward(v), j @ v)
    torch.testing.assert_close(jacobian.backward(v), j.T @ v)


def test_bidiagonalization_is_exact_after_all_steps_and_bounded_before():
    draws = torch.Generator().manual_seed(0)
    a = torch.randn(40, 40, dtype=torch.float64, generator=draws)
    v, values = torch.randn(40, dtype=torch.float64, generator=draws), torch.linalg.svdvals(a)
    sigma, error = largest_singular_value(lambda x: a @ x, lambda y: a.T @ y, v, 40)
    assert sigma == pytest.approx(values[0].item(), rel=1e-10)
    assert error < 1e-8
    x = v
    for _ in range(9):
        x = a.T @ (a @ x)
    sigma, error = largest_singular_value(lambda x: a @ x, lambda y: a.T @ y, v, 10)
    assert (a @ x).norm() / x.norm() <= sigma <= values[0] + 1e-9
    assert (values - sigma).abs().min() <= error


def test_zero_identity_and_nan_maps():
    v = torch.ones(5, dtype=torch.float64)
    assert largest_singular_value(lambda x: 0 * x, lambda y: 0 * y, v, 4) == (0.0, 0.0)
    assert largest_singular_value(lambda x: x, lambda y: y, v, 4) == (pytest.approx(1.0), 0.0)
    assert math.isnan(largest_singular_value(lambda x: x * math.nan, lambda y: y, v, 4)[0])


def test_the_identity_network_has_the_identity(start):
    r = probe(start(c=0.0), ("jacobian",)).metrics
    assert r["jacobian_largest"] == pytest.approx(1.0)
    assert abs(r["jacobian_mean_square"] - 1.0) < 0.1


def test_the_mean_square_is_the_growth_of_a_random_gradient(start):
    s = start(images=4, blocks=6, precision="float32", kernel=8, size=16)
    r = probe(s, ("jacobian", "moments")).metrics
    assert r["jacobian_mean_square"] == pytest.approx(r["backward_growth"], rel=0.2)
