"""Native sums over states are those of torch in float64."""

import math

import pytest
import torch

from resweep.nets.kernels import moments


def state(n=3, c=5, h=7, w=4):
    draws = torch.Generator().manual_seed(n * c + h)
    z = torch.randn(n, c, h, w, generator=draws)
    return z.contiguous(memory_format=torch.channels_last)


SIZES = [{}, {"c": 1}, {"c": 8}, {"c": 16}, {"c": 24}, {"n": 1, "c": 3, "h": 1, "w": 1}, {"c": 17}]


@pytest.mark.parametrize("size", SIZES)
def test_they_are_those_of_torch(native, size):
    z = state(**size)
    wide = z.double()
    assert moments.possible(z)
    assert moments.squares(z).item() == pytest.approx(wide.square().sum().item(), rel=1e-14)
    sums = moments.channel_sums(z)
    assert torch.allclose(sums[0], wide.sum((0, 2, 3)), rtol=1e-13, atol=1e-13)
    assert torch.allclose(sums[1], wide.square().sum((0, 2, 3)), rtol=1e-13)
    rows = wide.permute(0, 2, 3, 1).flatten(1)
    units = (rows / rows.norm(dim=1, keepdim=True)).sum(0)
    assert torch.allclose(moments.unit_sum(z), units, rtol=1e-12, atol=1e-14)


def test_squares_beyond_float32_are_finite(native):
    z = torch.full((1, 8, 4, 4), 1e30).contiguous(memory_format=torch.channels_last)
    assert moments.squares(z).item() == pytest.approx(128e60, rel=1e-6)
    assert moments.channel_sums(z)[1].isfinite().all()


@pytest.mark.parametrize("bad", [math.inf, math.nan])
def test_what_is_not_finite_shows(native, bad):
    z = state(n=2)
    z[1, 2, 3, 1] = bad
    assert not moments.squares(z).isfinite()
    sums = moments.channel_sums(z)
    assert [not s.isfinite().all() for s in sums.T] == [c == 2 for c in range(5)]
    assert moments.unit_sum(z).isnan().all()


def test_what_cannot_be_taken_natively():
    assert not moments.possible(state().double())
    assert not moments.possible(state().contiguous())
    assert not moments.possible(state()[:, :3])
    assert not moments.possible(state()[:0])
    assert not moments.possible(state().to("meta"))
