"""What measuring adds to the probes: logarithms beyond a double's range, and the peak memory."""

import math
import mmap
import pickle

import pytest
import torch

from resweep.experiment import Experiment
from resweep.lab import memory
from resweep.lab.metrics import logarithms
from resweep.nets.probes import Readings

SMALL = {"dataset": "synthetic", "blocks": 3, "channels": 4, "kernel": 3, "epochs": 0}


def measured(laboratory, **fields):
    experiment = Experiment(**SMALL | fields).resolve(
        laboratory.source.name, laboratory.source.train_images, laboratory.source.test_images
    )
    return laboratory.measure(experiment)


def test_logarithms_are_those_of_the_growths(laboratory):
    metrics = measured(laboratory).metrics
    for name in ("forward_growth", "backward_growth", "grad_norm_ratio"):
        assert metrics[f"log10_{name}"] == pytest.approx(math.log10(metrics[name]), abs=1e-6)


def test_logarithms_go_on_where_the_network_explodes(laboratory):
    """The multiplier scales the variance: 30 decades a block, and float32 ends in the second."""
    outcome = measured(laboratory, scheme="he", multiplier=1e30)
    assert outcome.status == "exploded"
    assert not math.isfinite(outcome.metrics["forward_growth"])
    assert outcome.metrics["log10_forward_growth"] == pytest.approx(3 * 30, abs=3)


def test_a_smaller_test_sees_as_many_images_of_each_class(laboratory):
    """Its accuracy is a count over those images, and training is the same."""
    fields = {"epochs": 1, "train_size": 256, "batch_size": 64, "lr": 1e-3}
    whole, some = measured(laboratory, **fields), measured(laboratory, test_size=20, **fields)
    assert some.curve[0].train_loss == whole.curve[0].train_loss
    assert (20 * some.curve[0].test_accuracy).is_integer()
    assert some.curve[0].test_loss != whole.curve[0].test_loss
    _, test, _ = laboratory.tensors(some.experiment, torch.device("cpu"))
    assert test.labels.bincount().tolist() == [2] * 10
    metrics, (epoch,) = some.metrics, some.curve
    assert metrics["train_images_per_second"] == 256 / epoch.train_seconds
    assert metrics["images_per_second"] == 256 / epoch.seconds


def test_an_outcome_is_read_without_torch(laboratory):
    """A driver of worker processes does not load torch for what they send."""
    assert b"torch." not in pickle.dumps(measured(laboratory))


def test_a_logarithm_that_nobody_knows_is_left_out():
    profiles = {"log10_forward_second_moment": (1.0, math.nan), "log10_grad_norm": (3.0, 1.0)}
    assert logarithms(Readings(metrics={}, profiles=profiles)) == {"log10_grad_norm_ratio": 2.0}


@pytest.mark.skipif(not (memory.PROCESS / "clear_refs").exists(), reason="no /proc/self/clear_refs")
def test_peak_counts_what_is_freed_again_and_only_since_the_watch_began():
    size = 300_000_000
    first = memory.watch(torch.device("cpu"))
    before = first()
    pages = mmap.mmap(-1, size)  # new ones, whatever the heap has left
    torch.frombuffer(pages, dtype=torch.uint8).fill_(1)
    del pages
    held = first()
    assert held - before > 0.9 * size
    assert held - memory.watch(torch.device("cpu"))() > 0.9 * size


def test_a_run_tells_its_peak(laboratory, monkeypatch, tmp_path):
    if (memory.PROCESS / "clear_refs").exists():
        assert measured(laboratory).metrics["peak_memory"] > 50e6  # torch alone takes more
    monkeypatch.setattr(memory, "PROCESS", tmp_path / "none")
    assert "peak_memory" not in measured(laboratory).metrics
