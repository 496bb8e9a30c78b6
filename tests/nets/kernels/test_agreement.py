"""Every path against the direct convolution in float64: output and gradients.

Over shapes, memory formats and activations.
"""

import pytest
import torch

from resweep.nets import kernels

OUTPUT, GRADIENT = 1e-6, 1e-5

SHAPES = [  # N, C_in, C_out, H, W, k
    (4, 16, 16, 32, 32, 8),
    (9, 16, 16, 32, 32, 7),
    (1, 16, 16, 32, 32, 9),
    (3, 1, 1, 32, 32, 8),
    (5, 3, 16, 32, 32, 3),
    (2, 5, 5, 32, 32, 8),
    (7, 17, 17, 20, 31, 5),
    (2, 24, 24, 32, 17, 8),
    (2, 24, 3, 28, 28, 6),
    (2, 3, 17, 9, 32, 4),
    (3, 16, 16, 16, 16, 8),
    (3, 16, 16, 8, 8, 7),
    (3, 16, 16, 8, 8, 8),
    (3, 8, 8, 8, 8, 9),
    (6, 5, 16, 7, 3, 2),
    (13, 4, 4, 12, 10, 1),
    (3, 16, 16, 1, 1, 8),
    (1, 2, 2, 32, 1, 9),
]
LARGE = [
    (2, 16, 16, 64, 64, 8),
    (1, 3, 3, 33, 33, 8),
    (3, 5, 5, 40, 70, 5),
    (2, 3, 17, 20, 96, 4),
    (1, 4, 4, 65, 9, 9),
    (2, 2, 2, 48, 48, 1),
    (1, 8, 8, 57, 33, 6),
]
CASES = [*(("spectral", shape) for shape in SHAPES), *(("tiled", shape) for shape in LARGE)]


def draw(n, inputs, outputs, h, w, k):
    generator = torch.Generator().manual_seed(7)
    x = torch.randn(n, inputs, h, w, generator=generator)
    weight = torch.randn(outputs, inputs, k, k, generator=generator) / (inputs * k * k) ** 0.5
    return (
        x,
        weight,
        torch.randn(outputs, generator=generator),
        torch.randn(n, outputs, h, w, generator=generator),
    )


def run(path, dtype, tensors, g, **options):
    """Output and the gradients of x, weight and bias, in double precision for comparing."""
    leaves = [None if t is None else t.to(dtype, copy=True).requires_grad_() for t in tensors]
    y = kernels.convolution(*leaves, path=path, **options)
    y.backward(g.to(dtype))
    return [y.detach().double(), *(t.grad.double() for t in leaves if t is not None)]


def error(got, exact):
    return float((got - exact).norm() / exact.norm())


def assert_agrees(path, tensors, g, **options):
    got, exact = (
        run(p, dtype, tensors, g, **options)
        for p, dtype in ((path, g.dtype), ("reference", torch.float64))
    )
    assert error(got[0], exact[0]) < OUTPUT
    for a, b in zip(got[1:], exact[1:], strict=True):
        assert error(a, b) < GRADIENT


@pytest.mark.parametrize("activation", kernels.ACTIVATIONS)
@pytest.mark.parametrize(("path", "shape"), CASES, ids=str)
def test_transforms_agree_with_direct_convolution(native, path, shape, activation):
    x, weight, bias, g = draw(*shape)
    square = shape[1] == shape[2]
    assert_agrees(path, (x, weight, bias), g, activation=activation, residual=square)
    assert_agrees(path, (x, weight, None), g, activation=activation)


@pytest.mark.parametrize("k", range(1, 10))
@pytest.mark.parametrize("side", [8, 16, 32])
def test_every_kernel_size_in_every_transform(native, k, side):
    x, weight, bias, g = draw(3, 8, 8, side, side, k)
    assert_agrees("spectral", (x, weight, bias), g, activation="identity", residual=True)


@pytest.mark.parametrize("channels", [1, 3, 4, 5, 8, 12, 16, 17, 24, 33])
def test_any_number_of_channels(native, channels):
    x, weight, bias, g = draw(5, channels, channels, 32, 32, 8)
    assert_agrees("spectral", (x, weight, bias), g, activation="relu", residual=True)


@pytest.mark.parametrize("images", [0, 1, 2, 7, 8, 9, 17, 33])
def test_any_number_of_images(native, images):
    x, weight, bias, g = draw(images, 16, 16, 32, 32, 8)
    got = run("spectral", torch.float32, (x, weight, bias), g, residual=True)
    exact = run("reference", torch.float64, (x, weight, bias), g, residual=True)
    for a, b in zip(got, exact, strict=True):
        assert a.shape == b.shape
        assert torch.allclose(a, b, atol=1e-3)


@pytest.mark.filterwarnings("ignore:Using padding='same'")
def test_reference_is_torch_same_padding():
    x, weight, bias, _ = (t.double() for t in draw(2, 3, 4, 12, 11, 8))
    exact = torch.nn.functional.conv2d(x, weight, bias, padding="same")
    assert torch.allclose(kernels.convolution(x, weight, bias, path="reference"), exact)
    odd = weight[..., 1:, 1:]
    exact = torch.nn.functional.conv2d(x, odd, padding="same").relu()
    y = kernels.convolution(x, odd, path="reference", activation="relu")
    assert torch.allclose(y, exact)


@pytest.mark.parametrize(
    "arrange",
    [
        lambda t: t.contiguous(memory_format=torch.channels_last),
        lambda t: t.repeat_interleave(2, 0)[::2],
        lambda t: torch.cat([t, t], -1)[..., : t.shape[-1]],
        lambda t: t.transpose(2, 3).contiguous().transpose(2, 3),
        lambda t: t[:1].expand(t.shape),
    ],
    ids=["channels_last", "strided", "slice", "transposed", "expanded"],
)
def test_any_memory_layout(native, arrange):
    x, weight, bias, g = draw(4, 16, 16, 32, 32, 8)
    x, weight, g = arrange(x), arrange(weight), arrange(g)
    y = kernels.convolution(x, weight, bias, activation="relu", residual=True, path="spectral")
    dense = (t.contiguous() for t in (x, weight))
    assert torch.equal(
        y, kernels.convolution(*dense, bias, activation="relu", residual=True, path="spectral")
    )
    leaf = x.detach().requires_grad_()
    kernels.convolution(leaf, weight, bias, activation="relu", path="spectral").backward(g)
    exact = run("reference", torch.float64, (x, weight, bias), g, activation="relu")[1]
    assert error(leaf.grad, exact) < GRADIENT
