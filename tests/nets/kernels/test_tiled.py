"""Large images in tiles: each pixel comes from one tile, and all agree with the direct sum."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from resweep.nets import kernels
from resweep.nets.kernels import tiled
from tests.nets.kernels.test_agreement import assert_agrees, draw

SHAPES = [  # N, C_in, C_out, H, W, k
    (2, 16, 16, 64, 64, 8),
    (1, 3, 3, 33, 33, 8),
    (3, 5, 5, 40, 70, 5),
    (2, 3, 17, 20, 96, 4),
    (1, 4, 4, 65, 9, 9),
    (2, 2, 2, 48, 48, 1),
    (1, 8, 8, 57, 33, 6),
]


@pytest.mark.parametrize("activation", kernels.ACTIVATIONS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_it_agrees_with_the_direct_sum_in_float64(native, shape, activation):
    x, weight, bias, g = draw(*shape)
    square = shape[1] == shape[2]
    assert_agrees("tiled", (x, weight, bias), g, activation=activation, residual=square)
    assert_agrees("tiled", (x, weight, None), g, activation=activation)


@given(
    st.integers(33, 200),
    st.integers(1, 200),
    st.integers(1, 9),
)
def test_tiles_give_every_pixel_once_and_none_is_too_large(height, width, k):
    how = tiled.cut(height, width, k)
    given_by = torch.zeros(how.rows * how.down, how.columns * how.across)
    for top, left in how.corners():
        given_by[top : top + how.down, left : left + how.across] += 1
    assert (given_by == 1).all()
    assert given_by.shape[0] - height in range(how.rows)
    assert given_by.shape[1] - width in range(how.columns)
    assert max(how.tile) <= tiled.LARGEST_TILE


def test_it_takes_large_images_only(native):
    small, large = torch.empty(1, 4, 32, 32), torch.empty(1, 4, 64, 64)
    assert "these fit the spectral path" in tiled.unsupported(small, torch.empty(4, 4, 8, 8))
    assert "kernels up to 9, not 11" in tiled.unsupported(large, torch.empty(4, 4, 11, 11))
    assert "not in torch.float64" in tiled.unsupported(large.double(), torch.empty(4, 4, 8, 8))
    assert tiled.unsupported(large, torch.empty(4, 4, 8, 8)) is None


def test_large_kernels_take_it_by_themselves_and_small_ones_do_not(native):
    large = torch.empty(0, 16, 64, 64)
    assert kernels.chosen(large, torch.empty(16, 16, 8, 8)) == "tiled"
    assert kernels.chosen(large, torch.empty(16, 16, 3, 3)) == "direct"


def test_an_image_that_is_not_finite_spoils_no_other(native):
    x, weight, _, _ = draw(2, 4, 4, 64, 64, 8)
    x[1, 0, 40, 40] = torch.inf
    y = kernels.convolution(x, weight, path="tiled")
    assert torch.isfinite(y[0]).all()
    assert not torch.isfinite(y[1, :, 40, 40]).any()
