"""Learning curves against numbers computed by hand; runs without a number enter no mean."""

import math
from dataclasses import replace
from statistics import stdev

import pytest

from resweep.analysis.curves import learning_curve
from resweep.experiment import Experiment
from resweep.outcome import Epoch, Outcome


def run(seed, *losses):
    curve = tuple(Epoch(i + 1, loss, loss, 0.1, 1.0) for i, loss in enumerate(losses))
    return Outcome(
        Experiment(dataset="synthetic", train_size=8, lr=1e-3, precision="float32", seed=seed),
        "ok",
        curve=curve,
    )


def test_mean_and_deviation_over_seeds():
    found = learning_curve(
        "he", [run(0, 2.0, 1.0), run(1, 2.2, 1.4), run(2, 2.4, 1.5)], "train_loss"
    )
    assert found.epochs == (1, 2)
    assert found.mean == pytest.approx((2.2, 1.3))
    assert found.std == pytest.approx((0.2, stdev([1.0, 1.4, 1.5])))
    assert found.n == (3, 3)
    assert found.runs == {0: (2.0, 1.0), 1: (2.2, 1.4), 2: (2.4, 1.5)}


def test_a_run_that_diverges_or_ends_early_leaves_the_mean_of_the_others():
    found = learning_curve(
        "he", [run(0, 2.0, math.nan), run(1, 3.0), run(2, 4.0, 5.0)], "train_loss"
    )
    assert found.mean == (3.0, 5.0)
    assert found.n == (3, 1)
    assert found.std == (1.0, None)
    assert math.isnan(found.runs[0][1])
    assert math.isnan(found.runs[1][1])


def test_no_finite_value_is_no_curve():
    assert learning_curve("he", [run(0, math.nan), replace(run(1), curve=())], "train_loss") is None
