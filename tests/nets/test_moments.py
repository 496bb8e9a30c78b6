import numpy as np
import pytest
import torch

from resweep.nets.moments import Layer, Moments, window


def test_border_factor_of_an_8x8_same_convolution_on_32x32():
    layer = Layer((1.0,), "identity", 8, (32, 32))
    weakened = layer.conv(0, np.ones((32, 32)))
    assert weakened.mean() == 0.87890625
    assert (weakened[0, 0], weakened[-1, -1], weakened[16, 16]) == (25 / 64, 16 / 64, 1.0)


@pytest.mark.parametrize("kernel", range(1, 10))
def test_window_is_the_convolution_of_torch_with_constant_taps(kernel):
    x = torch.randn(1, 1, 13, 13, dtype=torch.float64)
    taps = torch.full((1, 1, kernel, kernel), 1 / kernel**2, dtype=torch.float64)
    before, after = (kernel - 1) // 2, kernel // 2
    expected = torch.nn.functional.conv2d(torch.nn.functional.pad(x, (before, after) * 2), taps)
    layer = Layer((1.0,), "identity", kernel, (13, 13))
    np.testing.assert_allclose(layer.conv(0, x[0, 0].numpy()), expected[0, 0].numpy(), atol=1e-14)
    t = window(13, kernel)
    np.testing.assert_allclose(
        layer.conv_back(0, x[0, 0].numpy()), t.T @ x[0, 0].numpy() @ t, atol=1e-14
    )


def test_batch_variance_of_a_uniform_mean_without_borders_ignores_the_mean():
    z = Moments(np.full((1, 1), 3.0), np.full((1, 1), 10.0))
    assert Layer((2.0,), "relu", 1, (1, 1)).batch_variance(0, z) == pytest.approx(2.0)


def test_batch_variance_agrees_with_drawn_convolutions_of_a_common_mean():
    """E over weights of the variance over pixels of conv(m), for a constant map m.

    Only the border makes it vary.
    """
    size, kernel, mean, draws = 12, 5, 2.0, 4000
    generator = torch.Generator().manual_seed(0)
    weights = (
        torch.randn(draws, 1, kernel, kernel, generator=generator, dtype=torch.float64) / kernel
    )
    u = torch.nn.functional.conv2d(
        torch.full((1, 1, size, size), mean, dtype=torch.float64), weights, padding=kernel // 2
    )
    variances = u[0].flatten(1).var(1, correction=0)
    z = Moments(np.full((size, size), mean), np.full((size, size), mean**2))
    predicted = Layer((1.0,), "relu", kernel, (size, size)).batch_variance(0, z).mean()
    assert abs(variances.mean() - predicted) < 4 * variances.std() / draws**0.5
