"""The direct native path: what only it takes, and chains on it."""

import pytest
import torch
from torch import nn

from resweep.nets import kernels
from tests.nets.kernels.test_agreement import SHAPES, assert_agrees, draw
from tests.nets.kernels.test_norm_chain import draw as draw_normalized
from tests.nets.kernels.test_norm_chain import error, run

LARGE = [  # N, C_in, C_out, H, W, k
    (2, 16, 16, 64, 64, 3),
    (1, 5, 3, 40, 71, 8),
    (2, 3, 20, 33, 12, 11),
]


@pytest.mark.parametrize("activation", kernels.ACTIVATIONS)
@pytest.mark.parametrize("shape", [*SHAPES, *LARGE], ids=str)
def test_agrees_with_the_sum_in_float64(native, shape, activation):
    x, weight, bias, g = draw(*shape)
    square = shape[1] == shape[2]
    assert_agrees("direct", (x, weight, bias), g, activation=activation, residual=square)
    assert_agrees("direct", (x, weight, None), g, activation=activation)


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 8, 12, 16, 17, 33])
def test_any_number_of_channels(native, channels):
    x, weight, bias, g = draw(3, channels, channels, 10, 13, 3)
    assert_agrees("direct", (x, weight, bias), g, activation="relu", residual=True)


def test_several_threads_give_the_same_images(native):
    x, weight, bias, _ = draw(7, 16, 16, 12, 12, 3)
    options = {"activation": "relu", "residual": True, "path": "direct"}
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    y = kernels.convolution(x, weight, bias, **options)
    torch.set_num_threads(3)
    try:
        assert torch.equal(kernels.convolution(x, weight, bias, **options), y)
    finally:
        torch.set_num_threads(before)


def test_a_non_finite_value_stays_where_the_kernel_reaches(native):
    x, weight, _, _ = draw(2, 8, 8, 12, 12, 3)
    x[1, 2, 5, 6] = float("inf")
    finite = kernels.convolution(x, weight, path="direct").isfinite()
    assert not finite[1, :, 4:7, 5:8].any()
    assert int((~finite).sum()) == 8 * 9


@pytest.mark.parametrize("residual", [True, False])
def test_a_chain_is_its_links_to_the_bit(native, residual):
    x, weight, _, g = draw(3, 8, 8, 20, 40, 3)
    leaves = [t.requires_grad_() for t in (x, weight, (weight / 2).detach())]
    with kernels.force("direct"):
        y = kernels.convolutions(x, leaves[1:], activation="relu", residual=residual)
        z = x
        for w in leaves[1:]:
            z = kernels.convolution(z, w, activation="relu", residual=residual)
    assert type(y.grad_fn).__name__ == "_ChainBackward"
    gradients = (torch.autograd.grad(out, leaves, g) for out in (y, z))
    assert torch.equal(y, z)
    assert all(torch.equal(a, b) for a, b in zip(*gradients, strict=True))


@pytest.mark.parametrize("norm_first", [False, True])
def test_normalized_blocks_agree_with_stock_torch(native, norm_first):
    x, weights, norms, g = draw_normalized(2, 6, 40, 3, 4)
    options = {"activation": "identity", "norm_first": norm_first, "depth": 2}
    outputs, gradients = run("direct", torch.float32, x, weights, norms, g, **options)
    exact, exact_gradients = run("reference", torch.float64, x, weights, norms, g, **options)
    assert max(map(error, outputs[:2], exact[:2])) < 1e-6
    assert max(map(error, outputs[2:], exact[2:])) < 1e-5  # a mean is a difference of large sums
    assert max(map(error, gradients, exact_gradients)) < 1e-5


def test_torch_accepts_the_operator(native):
    x, w, _, _ = draw(2, 16, 16, 6, 6, 3)
    sample = (x.requires_grad_(), w.requires_grad_(), None, True, True, True, True)
    torch.library.opcheck(torch.ops.resweep.spectral_convolution, sample)


def test_refuses_what_is_not_float32(native):
    x, w, _, _ = draw(2, 4, 4, 6, 6, 3)
    with pytest.raises(ValueError, match="float32"):
        kernels.convolution(x.double(), w.double(), path="direct")
    assert kernels.unsupported("direct", x, nn.Parameter(w)) is None
