"""The checks of a device, on the CPU in the place of one."""

import pytest
import torch

from resweep.errors import MissingError
from resweep.lab import device_check, devices
from resweep.lab.device_check import checks


@pytest.fixture
def mocked(monkeypatch):
    """A machine whose `cuda` is its CPU, with the facts of a GPU."""
    pick = devices.pick
    monkeypatch.setattr(devices, "pick", lambda w: pick("cpu" if w == "cuda" else w))
    monkeypatch.setattr(device_check, "facts", lambda device: ["compute capability 9.0"])
    small = device_check.SMALL.but(channels=4, kernel=3, train_size=64, batch_size=32)
    monkeypatch.setattr(device_check, "SMALL", small)
    monkeypatch.setattr(device_check, "TIMED", small)
    monkeypatch.setattr(device_check, "PAPER", device_check.Block(2, 4, 3, 8, 8))


def test_a_sound_device_passes_every_check(mocked):
    found = dict(checks("cuda"))
    assert all(good for good, _ in found.values()), found
    assert "compute capability 9.0" in found["model"][1]
    assert found["tf32"][1] == "this device has none"
    assert "equal to the last bit" in found["repeated"][1]
    assert "images a second" in found["speed"][1]
    assert "reference" in found["float32 paths"][1]


def test_rounded_factors_are_found(mocked, monkeypatch):
    """TF32 keeps 10 bits behind the point of each factor."""

    exact = device_check.reference.convolution

    def kept(t):
        bits = (t.detach().view(torch.int32) + 0x1000) & ~0x1FFF
        return t + (bits.view(torch.float32) - t.detach())

    def tf32(x, weight, *how):
        if x.dtype != torch.float32:
            return exact(x, weight, *how)
        return exact(kept(x), kept(weight), *how)

    monkeypatch.setattr(device_check.reference, "convolution", tf32)
    good, line = dict(checks("cuda"))["float32"]
    assert not good
    assert "its factors are rounded" in line


def test_numbers_that_change_and_losses_that_differ_are_found(mocked, monkeypatch):
    run, losses = device_check.run, iter(range(9))

    def restless(word, experiment):
        outcome = run(word, experiment)
        outcome.metrics["initial_loss"] += next(losses)
        epoch = outcome.curve[0]
        object.__setattr__(epoch, "train_loss", epoch.train_loss + next(losses))
        return outcome

    monkeypatch.setattr(device_check, "run", restless)
    found = dict(checks("cuda"))
    assert not found["repeated"][0]
    assert "differ" in found["repeated"][1]
    assert not found["beside cpu"][0]


def test_a_check_that_breaks_is_one_line(mocked, monkeypatch):
    def broken(*_):
        raise RuntimeError("CUDA error: an illegal memory access\nand more")

    monkeypatch.setattr(device_check, "run", broken)
    found = dict(checks("cuda"))
    assert found["speed"] == (False, "RuntimeError: CUDA error: an illegal memory access")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_without_the_device_nothing_is_checked():
    with pytest.raises(MissingError, match="no device cuda: torch sees 0"):
        next(checks("cuda"))


@pytest.mark.gpu
def test_a_real_gpu_passes():
    found = dict(checks("cuda"))
    assert all(good for good, _ in found.values()), found
