"""Numbers too small to be normal: kept as a rule, zero where that is asked for, and no others."""

import ctypes

import pytest
import torch

from resweep.nets import kernels
from resweep.nets.kernels.flushing import flushed
from resweep.nets.kernels.library import load, torch_team

TINY = torch.finfo(torch.float32).tiny


def images(size):
    drawn = torch.randn(5, 8, 12, 12, generator=torch.Generator().manual_seed(0))
    return (drawn * size).contiguous(memory_format=torch.channels_last)


def weights(k=8):
    return torch.randn(8, 8, k, k, generator=torch.Generator().manual_seed(1)) / k


@pytest.fixture(params=["torch's", "its own"])
def team(native, request):
    """The threads of torch's team, or of the library's own."""
    use_team = ctypes.CDLL(str(load().path)).spectral_use_team
    use_team.argtypes = [ctypes.c_void_p]
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    if request.param == "its own":
        use_team(None)
    yield
    use_team(torch_team())
    torch.set_num_threads(before)


@pytest.mark.parametrize("path", ["spectral", "direct"])
def test_what_is_too_small_to_be_normal_is_zero_only_where_asked(team, path):
    x, w = images(1e-40), weights()
    kept = kernels.convolution(x, w, path=path)
    exact = torch.nn.functional.conv2d(
        torch.nn.functional.pad(x.double(), (3, 4, 3, 4)), w.double()
    )
    assert kept.double() == pytest.approx(exact, abs=1e-42)
    with flushed():
        assert not kernels.convolution(x, w, path=path).any()
    assert torch.equal(kernels.convolution(x, w, path=path), kept)


@pytest.mark.parametrize("path", ["spectral", "direct"])
@pytest.mark.parametrize("size", [1.0, 1e-25])
def test_normal_numbers_keep_every_bit(team, path, size):
    x, w = images(size), weights()
    kept = kernels.convolution(x, w, path=path)
    with flushed():
        assert torch.equal(kernels.convolution(x, w, path=path), kept)


def test_torch_itself_keeps_them_all_the_time(team):
    small = torch.full((4,), TINY / 4)
    with flushed():
        kernels.convolution(images(1.0), weights(), path="spectral")
        assert torch.equal(small * 1.0, small)
        assert (small * 0.5 > 0).all()
    assert (small * 0.5 > 0).all()


def test_one_within_another_leaves_it_as_it_was(native):
    x, w = images(1e-40), weights()
    with flushed():
        with flushed():
            pass
        assert not kernels.convolution(x, w, path="spectral").any()
