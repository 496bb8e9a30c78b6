"""What the tests share: outcomes to store, each fixed by its seed, and how a refusal must look."""

import math
import random
from typing import Any

import pytest

from resweep.errors import ResweepError
from resweep.experiment import Experiment
from resweep.outcome import Epoch, Outcome


def experiment(**fields: Any) -> Experiment:
    """A resolved experiment; its fields are not validated, so that it may name schemes that are not there."""
    resolved = Experiment(dataset="synthetic", train_size=512, lr=1e-4, precision="float32")
    return resolved.model_copy(update=fields)


def outcome(
    seed: int = 0, *, length: int = 5, fingerprint: str = "data", status: str = "ok", **fields: Any
) -> Outcome:
    """A whole outcome with `length` values a profile."""
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


def refusal(kind: type[ResweepError], call, *words, **options) -> str:
    """The message with which `call` refuses, which is one line and of exactly this kind."""
    with pytest.raises(ResweepError) as caught:
        call(*words, **options)
    assert type(caught.value) is kind, caught.value
    message = str(caught.value)
    assert "\n" not in message
    return message
