"""Finished records to draw: a small comparison, a run with a profile, a store of odd ones."""

import math

import pytest

from resweep.arms import parse
from resweep.experiment import Experiment
from resweep.outcome import Epoch, Outcome


def outcome(
    arm="he",
    seed=0,
    accuracy=0.4,
    status="ok",
    blocks=100,
    dataset="cifar10",
    data="c58f30108f718f92",
    **more,
):
    """One finished run, its numbers made up."""
    fields = parse(arm).fields | {"blocks": blocks, "seed": seed}
    experiment = Experiment.parse(**fields).resolve(dataset, 50_000)
    metrics = {
        "initial_loss": 2.31,
        "forward_growth": 543.21,
        "backward_growth": 1.646,
        "grad_norm_ratio": 1 / 12,
    }
    if accuracy is not None:
        metrics |= {
            "first_epoch_accuracy": accuracy,
            "final_accuracy": accuracy,
            "train_loss": 1.7342,
            "test_loss": 1.69,
        }
    metrics |= {"seconds": 312.4 + seed, "images_per_second": 160.1} | more.pop("metrics", {})
    curve = (Epoch(1, 1.7342, 1.69, accuracy, 312.4),) if accuracy is not None else ()
    provenance = {"dataset_fingerprint": data, "device": "cpu", "torch": "2.15.0"}
    return Outcome(experiment, status, metrics, curve=curve, provenance=provenance, **more)


@pytest.fixture
def make():
    return outcome


@pytest.fixture
def paper():
    """He explodes on two of three seeds, the paper's scheme trains, batch normalization trains a little better."""
    exploded = {"forward_growth": 2.6e44, "backward_growth": math.inf, "grad_norm_ratio": math.inf}
    where = "forward of block 83, step 0"
    return [
        outcome("he", 0, None, "exploded", metrics=exploded, detail=where),
        outcome("he", 1, None, "exploded", metrics=exploded, detail=where),
        outcome("he", 2, 0.1, "trapped", metrics=exploded | {"train_loss": 2.3026}),
        *(outcome("depth-scaled", s, a) for s, a in enumerate((0.4321, 0.4512, 0.4198))),
        *(
            outcome("bn", s, a, metrics={"forward_growth": 31.2})
            for s, a in enumerate((0.4581, 0.4466, 0.4702))
        ),
    ]


@pytest.fixture
def profiled():
    """One run of 100 blocks with every profile, and a prediction of two of them."""
    law = [1.065**block for block in range(101)]
    profiles = {
        "forward_second_moment": tuple(law),
        "forward_mean": tuple(0.9 * math.sqrt(q) for q in law),
        "forward_variance": tuple(0.19 * q for q in law),
        "backward_second_moment": tuple(1.005 ** (100 - block) for block in range(101)),
        "grad_norm": tuple(0.0 for _ in range(100)),
        "log10_grad_norm": tuple(-400.5 + block / 10 for block in range(100)),
    }
    prediction = {
        "forward_second_moment": [1.064**block for block in range(101)],
        "backward_second_moment": [1.005 ** (100 - block) for block in range(101)],
        "forward_mean": [0.0] * 101,
        "paper_forward_growth": 1.28,
    }
    return outcome("depth-scaled", 0, 0.434, profiles=profiles), prediction
