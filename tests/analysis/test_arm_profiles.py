"""An arm's profile: median and range over seeds, past what a double holds."""

import math

from resweep.analysis.arm_profiles import arm_profile
from resweep.analysis.profiles import run_profile
from resweep.experiment import Experiment
from resweep.outcome import Outcome


def profiled(seed, log_norms, prediction=None):
    experiment = Experiment(
        blocks=len(log_norms),
        dataset="synthetic",
        train_size=8,
        lr=1e-3,
        precision="float32",
        seed=seed,
    )
    return run_profile(
        Outcome(experiment, "ok", profiles={"log10_grad_norm": log_norms}), prediction
    )


def test_median_and_range_block_by_block():
    runs = [profiled(0, (1.0, -400.0)), profiled(1, (2.0, math.nan)), profiled(2, (6.0, 500.0))]
    found = arm_profile("he", runs, "grad_norm")
    assert found.n == 3
    assert list(found.blocks) == [1, 2]
    assert found.median == (2.0, 50.0)
    assert found.low == (1.0, -400.0)
    assert found.high == (6.0, 500.0)
    assert found.predicted == ()


def test_predictions_are_those_of_the_runs_that_have_one():
    runs = [profiled(0, (1.0, 2.0), {"log10_grad_norm": [1.5, 2.5]}), profiled(1, (1.0, 2.0))]
    assert arm_profile("he", runs, "grad_norm").predicted == (1.5, 2.5)


def test_nothing_measured_is_no_profile():
    assert arm_profile("he", [], "grad_norm") is None
    assert arm_profile("he", [profiled(0, (1.0,))], "forward_second_moment") is None


def test_a_block_without_a_number_is_nan():
    assert math.isnan(arm_profile("he", [profiled(0, (math.nan, 1.0))], "grad_norm").median[0])
