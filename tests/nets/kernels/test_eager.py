"""Plain tensors go past the dispatcher, everything else through the operator, to the same bits."""

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from resweep.nets import kernels
from resweep.nets.kernels import eager, spectral


def tensors():
    draw = torch.Generator().manual_seed(3)
    x = torch.randn(2, 5, 12, 12, generator=draw).requires_grad_()
    weight = (torch.randn(5, 5, 3, 3, generator=draw) / 7).requires_grad_()
    return x, weight, torch.randn(5, generator=draw).requires_grad_()


def result(path="spectral"):
    """Which node autograd has, y and all gradients."""
    leaves = tensors()
    y = kernels.convolution(*leaves, activation="relu", residual=True, path=path)
    gradients = torch.autograd.grad(y, leaves, torch.linspace(-1, 1, y.numel()).view_as(y))
    return type(y.grad_fn).__name__, [y, *gradients]


@pytest.mark.parametrize("path", ["spectral", "direct"])
def test_both_ways_give_the_same_bits(native, path, monkeypatch):
    name, found = result(path)
    monkeypatch.setattr(eager, "possible", lambda *_: False)
    of_operator, expected = result(path)
    assert name == "_ConvolutionBackward"
    assert of_operator != name
    assert all(torch.equal(a, b) for a, b in zip(found, expected, strict=True))


def test_only_wanted_gradients_are_computed(native):
    x, weight, bias = tensors()
    y = kernels.convolution(x.detach(), weight, bias.detach(), path="spectral")
    (found,) = torch.autograd.grad(y.sum(), (weight,))
    assert found.shape == weight.shape
    with torch.no_grad():
        assert kernels.convolution(x, weight, bias, path="spectral").grad_fn is None


def test_it_is_for_plain_tensors_alone():
    x, weight, _ = tensors()
    assert eager.possible(x, weight, None)
    assert eager.possible(x, torch.nn.Parameter(weight), None)
    plain = x.detach()
    with FakeTensorMode() as mode:
        assert not eager.possible(mode.from_tensor(plain), None)
        assert not eager.possible(plain, None)
    seen = []
    torch.func.vmap(lambda one: seen.append(eager.possible(x)) or one)(x)
    assert seen == [False]


def test_a_second_derivative_is_refused(native):
    x, weight, _ = tensors()
    y = spectral.convolution(x, weight, None, True, False)
    (g,) = torch.autograd.grad(y.sum(), x, create_graph=True)
    with pytest.raises(RuntimeError, match=r"once_differentiable|does not require grad"):
        torch.autograd.grad(g.sum(), weight)
