"""Fused batch normalization against stock torch in float64, in both modes."""

import copy

import pytest
import torch
from torch import nn

from resweep.nets import kernels
from resweep.nets.kernels import batch_norm


def draw(n=5, channels=16, height=32, width=32, mean=0.3):
    generator = torch.Generator().manual_seed(11)
    u, z, g = mean + torch.randn(3, n, channels, height, width, generator=generator)
    norm = nn.BatchNorm2d(channels)
    with torch.no_grad():
        norm.weight.copy_(torch.randn(channels, generator=generator))
        norm.bias.copy_(torch.randn(channels, generator=generator))
        norm.running_mean.copy_(torch.randn(channels, generator=generator))
        norm.running_var.copy_(torch.rand(channels, generator=generator) + 0.1)
    return norm, u, z, g


def run(way, norm, u, z, g, relu):
    """y, the four gradients and the running statistics, in double precision for comparing."""
    norm, u = copy.deepcopy(norm), u.detach().clone().requires_grad_()
    z = None if z is None else z.detach().clone().requires_grad_()
    y = way(norm, u, relu, z)
    y.backward(g)
    results = [
        y.detach(),
        u.grad,
        norm.weight.grad,
        norm.bias.grad,
        norm.running_mean,
        norm.running_var,
    ]
    if z is not None:
        results.append(z.grad)
    return [t.double() for t in results]


def assert_agrees(norm, u, z, g, relu=True, tolerance=1e-5):
    got = run(batch_norm.native, norm, u, z, g, relu)
    doubles = (None if t is None else t.double() for t in (u, z, g))
    exact = run(batch_norm.reference, copy.deepcopy(norm).double(), *doubles, relu)
    for a, b in zip(got, exact, strict=True):
        assert a.shape == b.shape
        assert (a - b).norm() <= tolerance * b.norm()


@pytest.mark.parametrize("training", [True, False], ids=["batch", "running"])
@pytest.mark.parametrize("relu", [True, False])
@pytest.mark.parametrize("residual", [True, False])
def test_agrees_with_stock_torch(native, training, relu, residual):
    norm, u, z, g = draw()
    assert_agrees(norm.train(training), u, z if residual else None, g, relu)


@pytest.mark.parametrize(
    "shape", [(1, 1, 3, 2), (2, 3, 5, 7), (3, 8, 9, 1), (9, 17, 8, 8), (1, 33, 16, 16)], ids=str
)
def test_any_shape(native, shape):
    norm, u, z, g = draw(*shape)
    assert_agrees(norm.train(), u, z, g, relu=False, tolerance=1e-4)


def test_a_mean_far_above_the_deviation_keeps_the_variance(native):
    norm, u, _, g = draw()
    assert_agrees(norm.train(), u + 1000, None, g, relu=False, tolerance=1e-3)


@pytest.mark.parametrize("momentum", [0.1, 0.7, None])
def test_running_statistics_over_several_batches(native, momentum):
    norm, u, _, _ = draw()
    norm.momentum = momentum
    norm.reset_running_stats()
    stock = copy.deepcopy(norm)
    for i in range(3):
        batch_norm.native(norm, u + i, True, None)
        stock(u + i)
    assert norm.num_batches_tracked == stock.num_batches_tracked == 3
    assert torch.allclose(norm.running_mean, stock.running_mean, rtol=1e-5)
    assert torch.allclose(norm.running_var, stock.running_var, rtol=1e-5)


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_what_is_not_finite_surfaces(native, value):
    norm, u, _, _ = draw()
    u[1, 2, 3, 4] = value
    y = batch_norm.native(norm.train(), u, True, None)
    assert not y[:, 2].isfinite().any()
    assert y[:, :2].isfinite().all()


def test_any_memory_layout(native):
    norm, u, z, g = draw()
    expected = run(batch_norm.native, norm.train(), u, z, g, True)
    u, z, g = (t.transpose(2, 3).contiguous().transpose(2, 3) for t in (u, z, g))
    assert all(
        torch.equal(a, b)
        for a, b in zip(run(batch_norm.native, norm, u, z, g, True), expected, strict=True)
    )


def test_one_pixel_is_refused_as_torch_refuses_it(native):
    with pytest.raises(ValueError, match="more than 1 value"):
        kernels.normalize(nn.BatchNorm2d(4), torch.ones(1, 4, 1, 1))


def test_force_reference_reaches_normalization(native, monkeypatch):
    norm, u, _, _ = draw(n=2)
    monkeypatch.setattr(batch_norm, "native", lambda *_: pytest.fail("native code ran"))
    with kernels.force("reference"):
        assert torch.equal(kernels.normalize(norm, u), batch_norm.reference(norm, u, False, None))


def test_torch_accepts_the_operator(native):
    norm, u, z, _ = draw(n=2)
    leaves = [t.requires_grad_() for t in (u, z)]
    torch.library.opcheck(
        torch.ops.resweep.batch_norm, (*leaves, norm.weight, norm.bias, None, None, norm.eps, True)
    )
