"""Finished records to draw: a small comparison, a run with a profile, a survey."""

import math
from itertools import product

import pytest

from resweep.analysis.compare import arms
from resweep.analysis.compare.groups import grouped
from resweep.analysis.sensitivity import surveys
from tests.samples import arm_outcome


@pytest.fixture
def make():
    return arm_outcome


@pytest.fixture
def paper():
    """Nine runs: He explodes or is trapped, the paper's scheme trains, batch normalization too."""
    exploded = {"forward_growth": 2.6e44, "backward_growth": math.inf, "grad_norm_ratio": math.inf}
    where = "forward of block 83, step 0"
    return [
        arm_outcome("he", 0, None, "exploded", metrics=exploded, detail=where),
        arm_outcome("he", 1, None, "exploded", metrics=exploded, detail=where),
        arm_outcome("he", 2, 0.1, "trapped", metrics=exploded | {"train_loss": 2.3026}),
        *(arm_outcome("depth-scaled", s, a) for s, a in enumerate((0.4321, 0.4512, 0.4198))),
        *(
            arm_outcome("bn", s, a, metrics={"forward_growth": 31.2})
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
    return arm_outcome("depth-scaled", 0, 0.434, profiles=profiles), prediction


def grown(arm, blocks, seed, log, status="ok"):
    """A run whose growths follow from `log` alone; the gradients of every run begin alike."""
    growths = {
        "forward_growth": 10**log,
        "backward_growth": 10 ** (log / 3),
        "grad_norm_ratio": 10 ** (seed / 50),
    }
    return arm_outcome(arm, seed, None, status, blocks=blocks, metrics=growths)


@pytest.fixture
def survey():
    """Growth exponential in depth and a power of the multiplier, a little different by seed."""
    runs = []
    for multiplier, blocks, seed in product((0.5, 1.0, 2.0), (20, 50, 100), range(3)):
        log = blocks * 0.03 * multiplier**1.5 + seed / 100
        status = "ok" if blocks * multiplier <= 60 else "exploded"
        runs.append(grown(f"he:multiplier={multiplier!r}", blocks, seed, log, status))
    for c, seed in product((1.0, 4.0), range(2)):
        runs.append(grown(f"depth-scaled:c={c!r}", 20, seed, math.sqrt(c) / 2))
    (found,) = surveys([grouped(*arm) for arm in arms(runs)], "final_accuracy")
    return found
