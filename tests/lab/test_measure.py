"""What measuring adds to the probes: logarithms beyond a double's range, and the peak memory."""

import math
import mmap
import pickle
from dataclasses import replace

import pytest
import torch

from resweep.experiment import Experiment
from resweep.lab import memory
from resweep.lab.metrics import logarithms
from resweep.nets.probes import Readings
from tests.no_float64 import forbid

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


def test_unit_pixels_run_from_0_to_1_and_standardized_ones_have_variance_1(laboratory):
    for pixels, mean, second in (("standardized", 0.0, 1.0), ("unit", None, None)):
        e = Experiment(**SMALL, pixels=pixels).resolve("synthetic", laboratory.source.train_images)
        data, _, prepare = laboratory.tensors(e, torch.device("cpu"))
        x = prepare(data.images)
        if pixels == "unit":
            assert torch.equal(x, data.images.float() / 255)
        else:
            assert x.mean((0, 2, 3)).tolist() == pytest.approx([mean] * 3, abs=1e-4)
            assert x.square().mean((0, 2, 3)).tolist() == pytest.approx([second] * 3, abs=1e-3)


def test_a_held_out_part_is_the_end_of_the_training_images_and_balanced(laboratory):
    trained, labels = laboratory.images.train_images, laboratory.images.train_labels
    e = Experiment(**SMALL | {"epochs": 1, "validation": "0.25"}).resolve("synthetic", len(labels))
    held = len(labels) // 4
    data, test, _ = laboratory.tensors(e, torch.device("cpu"))
    assert (len(data.labels), len(test.labels)) == (e.train_size, held)
    assert torch.equal(torch.cat((data.images, test.images)), torch.from_numpy(trained))
    counts = torch.bincount(test.labels)
    assert counts.max() - counts.min() <= 2


def test_every_part_of_a_recipe_trains(laboratory):
    fields = {"head": "flatten", "head_init": "zero", "conv_bias": True, "pixels": "unit"}
    fields |= {"augment": "flip-crop", "validation": "0.5", "train_size": 64, "epochs": 2}
    first, again = (measured(laboratory, **fields, lr=1e-2) for _ in range(2))
    assert first.status != "error"
    assert first.metrics["initial_loss"] == pytest.approx(math.log(10), rel=1e-6)
    assert [e.test_loss for e in first.curve] == [e.test_loss for e in again.curve]
    other = measured(laboratory, **fields, lr=1e-2, seed=1)
    assert [e.test_loss for e in first.curve] != [e.test_loss for e in other.curve]


@pytest.mark.parametrize("block", ["residual", "residual-bn"])
def test_a_whole_run_asks_a_device_without_float64_for_none(laboratory, monkeypatch, block):
    """On stock operations: the native sums are a CPU's. Where float32 sums, so do the results."""
    fields = {"block": block, "epochs": 2, "train_size": 256, "batch_size": 64, "lr": 1e-3}
    expected = measured(laboratory, **fields)
    moved = forbid(monkeypatch)
    found = measured(replace(laboratory, kernel_path="reference"), **fields)
    assert moved
    assert found.status == expected.status
    assert set(found.metrics) == set(expected.metrics)
    for name in ("forward_growth", "test_loss", "gain_over_untrained", "prior_entropy"):
        assert found.metrics[name] == pytest.approx(expected.metrics[name], rel=1e-3)
