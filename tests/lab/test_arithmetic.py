"""What torch is told about a GPU's arithmetic, and that it is told nothing for good."""

import warnings

import pytest
import torch

from resweep.errors import MissingError
from resweep.lab import devices
from resweep.lab.arithmetic import arithmetic, settings

CUDA = torch.device("cuda")


@pytest.mark.parametrize(("precision", "tf32"), [("float32", False), ("tf32", True)])
def test_factors_are_rounded_only_where_that_was_asked_for(precision, tf32):
    before = settings()
    with arithmetic(precision, CUDA):
        assert settings() == ((tf32, tf32, True, False), True)
    assert settings() == before


def test_flags_come_back_after_a_fault():
    before = settings()
    with pytest.raises(ZeroDivisionError), arithmetic("tf32", CUDA):
        _ = 1 / 0
    assert settings() == before


def test_an_operation_without_a_deterministic_algorithm_is_named_and_other_warnings_pass(recwarn):
    text = "max_pool3d_backward does not have a deterministic implementation, but you set"
    with arithmetic("float32", CUDA) as unstable:
        warnings.warn(text, stacklevel=1)
        warnings.warn(text, stacklevel=1)
        warnings.warn("of another kind", stacklevel=1)
    assert unstable == ["max_pool3d_backward"]
    assert [str(w.message) for w in recwarn.list] == ["of another kind"]


def test_the_cpu_is_left_as_it_is():
    before = settings()
    with arithmetic("float32", torch.device("cpu")) as unstable:
        assert settings() == before
    assert unstable == []


def test_tf32_needs_a_gpu_that_has_it(monkeypatch):
    with pytest.raises(MissingError, match="precision tf32 needs a CUDA device"):
        devices.check_precision("tf32", torch.device("cpu"))
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (7, 5))
    with pytest.raises(MissingError, match=r"8\.0"):
        devices.check_precision("tf32", CUDA)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (8, 0))
    devices.check_precision("tf32", CUDA)


def test_float64_needs_a_device_that_has_it(monkeypatch):
    monkeypatch.setattr(devices, "holds_float64", lambda kind: kind != "mps")
    with pytest.raises(MissingError, match="mps has no float64: say --precision float32"):
        devices.check_precision("float64", torch.device("mps"))
    devices.check_precision("float64", torch.device("cpu"))
