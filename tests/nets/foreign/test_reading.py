"""Readings beside closed forms."""

import math

import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from resweep.nets.foreign.reading import read
from resweep.nets.foreign.statistics import length, moments

X = torch.randn(16, 4, generator=torch.Generator().manual_seed(0))


class Scaled(nn.Module):
    """x + a W x with W = 1."""

    def __init__(self, factor):
        super().__init__()
        self.linear = nn.Linear(4, 4, bias=False)
        nn.init.eye_(self.linear.weight)
        self.factor = factor

    def forward(self, x):
        return x + self.factor * self.linear(x)


def test_a_linear_network_grows_by_its_factors_forward_and_backward():
    factors = (0.5, 1.0, 3.0)
    model = nn.Sequential(*map(Scaled, factors))
    for drawn, way in ((False, "gradient"), (True, "backward")):
        profiles = read(model, X, drawn=drawn).profiles
        ups = [math.prod((1 + f) ** 2 for f in factors[:n]) for n in range(4)]
        q = X.double().square().mean().item()
        assert profiles["forward_second_moment"] == pytest.approx([q * up for up in ups])
        assert profiles[f"{way}_second_moment"] == pytest.approx([ups[-1] / up for up in ups])
        assert profiles["branch_ratio"] == pytest.approx([f * f for f in factors])
        growth = profiles["log10_forward_second_moment"]
        assert growth[-1] - growth[0] == pytest.approx(math.log10(ups[-1]))


def test_gradient_norms_are_those_of_autograd():
    model = nn.Sequential(Scaled(0.5), Scaled(2.0))
    labels = torch.arange(16) % 4
    reading = read(model, X, labels=labels)
    loss = nn.functional.cross_entropy(model(X), labels)
    loss.backward()
    norms = [layer.linear.weight.grad.norm().item() for layer in model]
    assert reading.loss == pytest.approx(loss.item())
    assert reading.profiles["grad_norm"] == pytest.approx(norms)
    assert reading.profiles["grad_weight_ratio"] == pytest.approx([n / 2 for n in norms])


class Returns(TorchDispatchMode):
    """Notes, by channels that enter, whether a convolution sends a gradient on to its images."""

    def __init__(self):
        super().__init__()
        self.sent = {}

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if func is torch.ops.aten.convolution_backward.default:
            self.sent[args[1].shape[1]] = args[-1][0]
        return func(*args, **(kwargs or {}))


class Branch(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(5, 5, 3, padding=1)

    def forward(self, x):
        return x + self.conv(x)


def test_no_gradient_is_computed_for_the_images_before_the_stem():
    stem, block = nn.Conv2d(3, 5, 3), Branch()
    model = nn.Sequential(stem, block, nn.Flatten(), nn.Linear(5 * 6 * 6, 4))
    with Returns() as returns:
        reading = read(model, torch.randn(2, 3, 8, 8, generator=torch.Generator().manual_seed(0)))
    assert reading.found.how == "sums"
    assert all(map(math.isfinite, reading.profiles["gradient_second_moment"]))
    assert returns.sent == {3: False, 5: True}


@pytest.mark.parametrize("scale", [1e-200, 1e-160, 1.0, 1e160, 1e300])
def test_logarithms_of_moments_reach_as_far_as_the_values(scale):
    z = scale * torch.tensor([1.0, -2.0, 3.0], dtype=torch.float64)
    assert moments(z).log10 == pytest.approx(2 * math.log10(scale) + math.log10(14 / 3))


def test_moments_of_any_layout_are_those_of_the_values():
    z = torch.randn(3, 5, 7, 9, generator=torch.Generator().manual_seed(1)) + 1
    wide = z.double()
    for layout in (z, z.contiguous(memory_format=torch.channels_last), z.transpose(1, 3)):
        found = moments(layout)
        assert found.mean == pytest.approx(wide.mean().item())
        assert found.second == pytest.approx(wide.square().mean().item())


def test_globs_read_the_outermost_modules_that_they_name():
    model = nn.Sequential(nn.Sequential(Scaled(1.0), Scaled(1.0)), Scaled(1.0))
    reading = read(model, X, globs=["0.*"])
    assert [b.name for b in reading.found.blocks] == ["0.0", "0.1"]
    assert len(reading.profiles["forward_second_moment"]) == 3


@pytest.mark.parametrize("shape", [(7,), (3, 5), (2, 3, 4, 5), (1001,)])
def test_lengths_and_moments_are_those_of_float64(shape):
    z = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    wide = z.double()
    other = z.to(memory_format=torch.channels_last) if z.dim() == 4 else z
    for one in (z, other, z.transpose(0, -1)):
        seen = moments(one)
        assert seen.mean == pytest.approx(wide.mean().item(), rel=1e-12)
        assert seen.second == pytest.approx(wide.square().mean().item(), rel=1e-12)
        assert length(one) == pytest.approx(wide.square().sum().sqrt().item(), rel=1e-12)
