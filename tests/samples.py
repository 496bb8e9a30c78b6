"""Builders that tests share: experiments, outcomes, drawn networks, and the look of a refusal.

Importing this module loads no torch; `network` does when it is called.
"""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Any

import pytest

from resweep.arms import parse
from resweep.errors import ResweepError
from resweep.experiment import Experiment
from resweep.outcome import Epoch, Outcome

if TYPE_CHECKING:
    from resweep.nets.network import ResNet

CIFAR = "c58f30108f718f92"  # how the fingerprint of CIFAR-10 begins


def experiment(**fields: Any) -> Experiment:
    """A resolved experiment whose `fields` are not validated, so it may name unknown schemes."""
    resolved = Experiment(dataset="synthetic", train_size=512, lr=1e-4, precision="float32")
    return resolved.model_copy(update=fields)


def of_arm(arm: str, seed: int = 0, dataset: str = "cifar10", **fields: Any) -> Experiment:
    """The experiment of an arm as the command line names it, resolved for 50,000 images."""
    return Experiment.parse(**(parse(arm).fields | fields | {"seed": seed})).resolve(
        dataset, 50_000
    )


def outcome(
    seed: int = 0, *, length: int = 5, fingerprint: str = "data", status: str = "ok", **fields: Any
) -> Outcome:
    """An outcome with something in every part; all numbers are drawn from `seed`.

    Profiles have `length` values, and the initial loss is infinite. `fields` are the experiment's.
    """
    draw = random.Random(seed).random
    return Outcome(
        experiment=experiment(seed=seed, **fields),
        status=status,
        metrics={"final_accuracy": draw(), "initial_loss": math.inf, "seconds": draw()},
        profiles={
            "grad_norm": tuple(draw() for _ in range(length)),
            "forward_mean": tuple(-draw() for _ in range(length)),
        },
        curve=(Epoch(1, draw(), draw(), draw(), draw()), Epoch(2, draw(), draw(), draw(), draw())),
        provenance={
            "dataset_fingerprint": fingerprint,
            "device": "cpu",
            "versions": ["2.15", "3.11"],
        },
        detail="" if status == "ok" else "block 3, step 1",
    )


def arm_outcome(
    arm: str = "he",
    seed: int = 0,
    accuracy: float | None = 0.4,
    status: str = "ok",
    *,
    blocks: int = 100,
    dataset: str = "cifar10",
    data: str = CIFAR,
    metrics: dict[str, float] | None = None,
    profiles: dict[str, tuple[float, ...]] | None = None,
    detail: str = "",
) -> Outcome:
    """A run of an arm as tables show it; its numbers are made up, and `metrics` replace them.

    Without an `accuracy` there are neither losses of training nor a learning curve. `data` is the
    fingerprint of the images.
    """
    shown = {
        "initial_loss": 2.31,
        "forward_growth": 543.21,
        "backward_growth": 1.646,
        "grad_norm_ratio": 1 / 12,
    }
    curve: tuple[Epoch, ...] = ()
    if accuracy is not None:
        shown |= {
            "first_epoch_accuracy": accuracy,
            "final_accuracy": accuracy,
            "train_loss": 1.7342,
            "test_loss": 1.69,
        }
        curve = (Epoch(1, 1.7342, 1.69, accuracy, 312.4),)
    shown |= {"seconds": 312.4 + seed, "images_per_second": 160.1}
    return Outcome(
        of_arm(arm, seed, dataset, blocks=blocks),
        status,
        shown | (metrics or {}),
        profiles or {},
        curve,
        {"dataset_fingerprint": data, "device": "cpu", "torch": "2.15.0"},
        detail,
    )


def measured(
    experiment: Experiment,
    status: str = "ok",
    *,
    profiles: dict[str, tuple[float, ...]] | None = None,
    data: str = CIFAR,
    **metrics: float,
) -> Outcome:
    """An outcome that holds these `metrics` and `profiles` and nothing else."""
    return Outcome(
        experiment, status, metrics, profiles or {}, provenance={"dataset_fingerprint": data}
    )


def network(
    experiment: Experiment,
    *,
    in_channels: int = 3,
    classes: int = 10,
    size: tuple[int, int] = (32, 32),
) -> ResNet:
    """The network of `experiment`, its weights drawn from the experiment's scheme and seed."""
    from resweep.nets.initialize import initialize
    from resweep.nets.network import ResNet
    from resweep.nets.streams import generator

    net = ResNet(experiment, in_channels, classes, size)
    initialize(net, experiment, generator(experiment.seed, "weights"))
    return net


def refusal(kind: type[ResweepError], call, *words, **options) -> str:
    """The message with which `call` refuses: one line, raised as exactly this kind of error."""
    with pytest.raises(ResweepError) as caught:
        call(*words, **options)
    assert type(caught.value) is kind, caught.value
    message = str(caught.value)
    assert "\n" not in message
    return message
