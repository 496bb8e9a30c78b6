"""Predicted growth beside measured growth, where theory gives all of it and where it does not."""

import math

import pytest

from resweep.analysis.compare import compare
from resweep.analysis.growth_theory import StemMoments, with_predictions
from resweep.experiment import Experiment
from resweep.nets.theory import predict
from tests.samples import measured

STEM = StemMoments(0.0, 1.0, (8, 8))


def predicted(experiment, forward, backward):
    logs = {
        "log10_forward_growth": math.log10(forward),
        "log10_backward_growth": math.log10(backward),
    }
    outcome = measured(experiment, **logs)
    (arm,) = with_predictions(compare([("arm", [outcome])]), [STEM]).arms
    return arm.predicted


def test_growth_is_measured_over_predicted():
    e = Experiment(blocks=5, kernel=3, channels=8).resolve("synthetic", 512)
    p = predict(e, size=(8, 8))
    forward, backward = p.forward_second_moment[-1], p.backward_second_moment[0]
    found = predicted(e, 2 * forward, 3 * backward)
    assert (found.forward_ratio, found.backward_ratio) == pytest.approx((2, 3))
    assert found.log10_backward_growth == pytest.approx(math.log10(backward))


def test_a_backward_growth_that_is_withheld_has_no_ratio():
    e = Experiment(blocks=20, kernel=3, channels=4, block="residual-bn", scheme="he")
    e = e.resolve("synthetic", 512)
    growth = predict(e, size=(8, 8)).forward_second_moment[-1]
    found = predicted(e, 2 * growth, 3.0)
    assert found.forward_ratio == pytest.approx(2)
    assert found.log10_backward_growth is None
    assert found.backward_ratio is None
