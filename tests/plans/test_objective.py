import math

import pytest

from resweep.experiment import Experiment
from resweep.outcome import STATUSES
from resweep.outcome.facts import NUMBERS
from resweep.plans.metrics import METRICS, PROFILES, reading
from resweep.plans.objective import Constraint, Objective
from tests.samples import measured

EXPERIMENT = Experiment(
    dataset="synthetic", train_size=256, blocks=2, channels=4, kernel=3
).resolve("synthetic", 256)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, None])
@pytest.mark.parametrize(
    ("metric", "direction", "worst"),
    [
        ("first_epoch_accuracy", "maximize", 0.0),
        ("first_epoch_accuracy", "minimize", 1.0),
        ("test_loss", "minimize", 100.0),
        ("test_loss", "maximize", -100.0),
        ("forward_growth", "minimize", 1e12),
        ("forward_growth", "maximize", -1e12),
    ],
)
def test_what_is_not_a_number_counts_as_the_worst_finite_value(metric, direction, worst, bad):
    told = measured(EXPERIMENT, **({} if bad is None else {metric: bad}))
    assert Objective.of(metric, direction).value(told) == worst


def test_divergence_is_the_worst_whatever_was_measured_before_it():
    goal = Objective.of("forward_growth", "minimize")
    values = {
        status: goal.value(measured(EXPERIMENT, status, forward_growth=2.0)) for status in STATUSES
    }
    finished = {"ok": 2.0, "trapped": 2.0, "undecided": 2.0}
    assert values == finished | {"exploded": 1e12, "vanished": 1e12, "error": 1e12}


def test_no_finite_measurement_is_worse_than_the_worst():
    assert Objective.of("test_loss", "auto").value(measured(EXPERIMENT, test_loss=1e30)) == 100.0
    assert (
        Objective.of("forward_growth", "auto").value(measured(EXPERIMENT, forward_growth=1e44))
        == 1e12
    )


def test_accuracy_goes_up_and_loss_down_unless_told():
    assert Objective.of("final_accuracy", "auto").maximize
    assert not Objective.of("train_loss", "auto").maximize


def test_a_spread_is_the_range_of_a_profile_and_nan_where_it_is_not_finite():
    told = measured(
        EXPERIMENT, profiles={"log10_grad_norm": (-3.0, -1.0, -2.0), "grad_norm": (1.0, math.inf)}
    )
    assert reading(told, "log10_grad_norm_spread") == 2.0
    assert math.isnan(reading(told, "grad_norm_spread"))
    assert math.isnan(reading(told, "forward_mean_spread"))


@pytest.mark.parametrize(
    ("text", "growth", "violation"),
    [
        ("forward_growth<=100", 40.0, -60.0),
        ("forward_growth <= 100", 140.0, 40.0),
        ("forward_growth>=1e-3", 0.0, 1e-3),
        ("forward_growth<=100", math.inf, 1e12),
        ("forward_growth>=100", math.inf, 1e12),
        ("forward_growth<=100", math.nan, 1e12),
    ],
)
def test_a_constraint_is_satisfied_at_zero_or_below(text, growth, violation):
    assert Constraint.parse(text).violation(
        measured(EXPERIMENT, forward_growth=growth)
    ) == pytest.approx(violation)


def test_the_lists_are_what_a_run_measures():
    from resweep import data
    from resweep.lab.measure import Laboratory

    source = data.find("synthetic", None, print)
    told = Laboratory(source, data.load(source, print), "cpu").measure(EXPERIMENT)
    numbers = set(told.metrics) - set(NUMBERS)
    assert numbers | {"peak_memory"} == set(METRICS)  # Linux alone tells a process's peak
    assert set(told.profiles) == set(PROFILES)
