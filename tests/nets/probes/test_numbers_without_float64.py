"""On a device without float64 (Apple's GPUs) the probes' sums are taken on the CPU."""

import pytest
import torch

from resweep.experiment import Experiment
from resweep.nets.probes import Start, _numbers, probe
from resweep.nets.streams import generator
from tests.samples import network


def readings(c=1.0):
    e = Experiment(blocks=3, channels=4, kernel=3, c=c).resolve("synthetic", 96)
    draws = torch.Generator().manual_seed(0)
    images = torch.randn(8, 3, 8, 8, generator=draws)
    return probe(Start(network(e), images, torch.arange(8), generator(0, "probe")))


def test_what_has_no_float64_is_moved_first(monkeypatch):
    moved = []
    expected = readings()
    monkeypatch.setattr(_numbers.native, "possible", lambda z: False)
    monkeypatch.setattr(_numbers, "holds_float64", lambda kind: False)
    to_cpu = torch.Tensor.cpu
    monkeypatch.setattr(torch.Tensor, "cpu", lambda t: moved.append(t.dtype) or to_cpu(t))
    found = readings()
    assert found.metrics == pytest.approx(expected.metrics, nan_ok=True)
    assert set(moved) == {torch.float32}
    assert len(moved) > 20


def test_whether_a_device_has_float64_is_tried():
    assert _numbers.holds_float64("cpu")
    assert not _numbers.holds_float64("nonsense")
