"""Experiments on networks of others: equal to the built-in path where the network is the same."""

from pathlib import Path

import pytest
import torch

from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.lab import checkpoints
from resweep.lab.measure import Laboratory

REBUILT = Path(__file__).parents[1] / "nets" / "foreign" / "rebuilt.py"
SMALL = {"dataset": "synthetic", "train_size": 256, "test_size": 100, "batch_size": 32, "lr": 1e-3}
CLOCKED = ("seconds", "images_per_second", "train_images_per_second", "peak_memory")


def measured(laboratory, **fields):
    experiment = Experiment(**SMALL | fields).resolve(
        "synthetic", laboratory.source.train_images, laboratory.source.test_images
    )
    return laboratory.measure(experiment)


def numbers(outcome):
    metrics = {n: v for n, v in outcome.metrics.items() if n not in CLOCKED}
    curve = [(e.train_loss, e.test_loss, e.test_accuracy) for e in outcome.curve]
    return metrics, outcome.profiles, curve


def foreign(**arguments):
    return {"network": f"{REBUILT}:rebuilt", "arguments": arguments}


@pytest.mark.parametrize("form", ["residual", "residual-bn", "preact"])
@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_the_built_in_network_as_a_users_module_has_its_numbers(laboratory, form, precision):
    """Same draws, moments, gradient norms, accuracy: other kernels, so to rounding."""
    scheme = {"scheme": "he", "precision": precision}
    sizes = {"blocks": 4, "channels": 6, "kernel": 3}
    ours = measured(laboratory, block=form, **sizes, **scheme)
    theirs = measured(laboratory, **foreign(form=form), **scheme)
    assert theirs.experiment.blocks == 4
    near = 1e-9 if precision == "float64" else 2e-4
    for name, series in ours.profiles.items():
        assert theirs.profiles[name] == pytest.approx(series, rel=near, abs=near), name
    for name in ("forward_growth", "backward_growth", "grad_norm_ratio", "initial_loss"):
        assert theirs.metrics[name] == pytest.approx(ours.metrics[name], rel=near), name
    accuracy = theirs.metrics["first_epoch_accuracy"]
    assert accuracy == pytest.approx(ours.metrics["first_epoch_accuracy"], abs=0.011)
    assert theirs.metrics["train_loss"] == pytest.approx(ours.metrics["train_loss"], rel=1e-4)
    if precision == "float64":
        assert accuracy == ours.metrics["first_epoch_accuracy"]
        assert theirs.metrics["test_loss"] == pytest.approx(ours.metrics["test_loss"], rel=1e-7)


@pytest.mark.parametrize("scheme", ["depth-scaled", "depth-scaled-squared", "orthogonal"])
def test_schemes_give_a_rebuilt_network_the_weights_of_the_built_in_one(laboratory, scheme):
    fields = {"scheme": scheme, "precision": "float64", "epochs": 0}
    for name in ("train_size", "test_size", "batch_size", "lr"):
        fields[name] = Experiment.model_fields[name].default
    ours = measured(laboratory, blocks=4, channels=6, kernel=3, **fields)
    theirs = measured(laboratory, **foreign(), **fields)
    assert theirs.profiles["grad_weight_ratio"] == pytest.approx(
        ours.profiles["grad_weight_ratio"], rel=1e-9
    )


DROPPING = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, stride=4)
        self.drop = nn.Dropout(0.3)
        self.inner = nn.Conv2d(4, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4, momentum=0.01)
        self.position = nn.Parameter(torch.randn(4, 1, 1))
        self.head = nn.Linear(4, classes)

    def forward(self, x):
        z = self.stem(x) + self.position
        z = z + self.drop(torch.relu(self.norm(self.inner(z))))
        return {"logits": self.head(z.mean((2, 3))), "state": z}


def net(num_classes):
    return Net(num_classes)


def deaf():
    return nn.Sequential(nn.Flatten(), nn.Linear(3072, 3))


def odd():
    return nn.Linear(5, 5)
"""


@pytest.fixture
def users(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(DROPPING)
    return "net.py:net"


def test_dropout_and_own_draws_follow_from_the_seed_alone(laboratory, users):
    torch.manual_seed(1)
    first = measured(laboratory, network=users, scheme="own")
    torch.manual_seed(2)
    state = torch.get_rng_state()
    again = measured(laboratory, network=users, scheme="own")
    assert torch.equal(torch.get_rng_state(), state)
    assert numbers(first) == numbers(again)
    assert numbers(first) != numbers(measured(laboratory, network=users, scheme="own", seed=1))
    assert first.provenance["left_alone"][0] == "position"


def test_what_a_scheme_leaves_alone_is_kept_with_the_run(laboratory, users):
    outcome = measured(laboratory, network=users, scheme="he")
    assert outcome.provenance["left_alone"] == ["position"]
    assert outcome.provenance["blocks_found"] == "1 block, its residual sums"
    assert outcome.experiment.blocks == 1


class Killed(BaseException):
    """Ends a run as a signal does."""


def test_a_killed_run_with_dropout_goes_on_with_the_numbers_of_one_that_was_not(
    laboratory, users, tmp_path, monkeypatch
):
    monkeypatch.setattr(checkpoints.cache, "root", lambda: tmp_path / "cache")
    monkeypatch.setattr(checkpoints, "SHARE", float("inf"))
    lab = Laboratory(laboratory.source, laboratory.images, "cpu")
    whole = measured(lab, network=users, scheme="he", epochs=3)

    def on_progress(progress):
        if progress.epoch == 3:
            raise Killed

    with pytest.raises(Killed):
        lab.attempt(whole.experiment.but(blocks=1), on_progress)
    resumed = measured(lab, network=users, scheme="he", epochs=3)
    assert resumed.provenance["resumed_after"] == [2]
    assert numbers(resumed) == numbers(whole)


@pytest.mark.parametrize(
    ("network", "said"),
    [
        ("net.py:deaf", "net.py:deaf() makes 2x3 numbers of 2 images, and 10 logits of each"),
        ("net.py:odd", "fails on images of 3x32x32 (what it is made for is set with --arg): "),
        ("torch.nn:Identity", "makes 2x3x32x32 numbers"),
    ],
)
def test_what_makes_no_logits_is_refused_in_one_line(laboratory, users, network, said):
    with pytest.raises(UsageError) as refused:
        measured(laboratory, network=network, scheme="own")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_every_probe_reads_a_network_of_modules(laboratory, users):
    from resweep import registry
    from resweep.nets.probes import PROBES

    every = Laboratory(laboratory.source, laboratory.images, "cpu", probes=registry.names(PROBES))
    metrics = measured(every, network=users, scheme="he").metrics
    assert {"jacobian_largest", "ntk_condition", "gradient_quotient", "one_step_same"} <= set(
        metrics
    )


def test_half_precision_trains(laboratory, users):
    outcome = measured(laboratory, network=users, scheme="he", precision="bfloat16")
    assert outcome.status in ("ok", "undecided", "trapped")
    assert outcome.metrics["train_loss"] < 5
