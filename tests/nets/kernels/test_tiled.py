"""Large images in tiles: each pixel comes from one tile. test_agreement.py has their numbers."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from resweep.nets import kernels
from resweep.nets.kernels import tiled
from tests.nets.kernels.test_agreement import draw


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
