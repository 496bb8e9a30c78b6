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
    forward, backward = 10 ** p.log10_forward_median[-1], p.backward_second_moment[0]
    found = predicted(e, 2 * forward, 3 * backward)
    assert (found.forward_ratio, found.backward_ratio) == pytest.approx((2, 3))
    assert found.log10_backward_growth == pytest.approx(math.log10(backward))


def test_a_backward_growth_that_is_withheld_has_no_ratio():
    e = Experiment(blocks=20, kernel=3, channels=4, block="preact-bn", scheme="he")
    e = e.resolve("synthetic", 512)
    growth = predict(e, size=(8, 8)).forward_second_moment[-1]
    found = predicted(e, 2 * growth, 3.0)
    assert found.forward_ratio == pytest.approx(2)
    assert found.log10_backward_growth is None
    assert found.backward_ratio is None
    assert found.forward_unpredicted is None
    assert "4 channels are too few" in found.backward_unpredicted


def test_a_forward_growth_that_is_withheld_has_no_ratio_either():
    e = Experiment(blocks=30, kernel=3, channels=4, scheme="he").resolve("synthetic", 512)
    found = predicted(e, 1e9, 3.0)
    assert (found.log10_forward_growth, found.forward_ratio) == (None, None)
    assert "4 channels are too few" in found.forward_unpredicted


def test_log_normal_growth_is_compared_with_the_predicted_median():
    """plain, He, 30 dense layers of 16 channels: a mean of 1, a median of 0.01 over seeds."""
    e = Experiment(block="plain", scheme="he", blocks=30, kernel=1).resolve("synthetic", 512)
    p = predict(e, size=(8, 8))
    median, deviation = 10 ** p.log10_forward_median[-1], p.forward_log_sd[-1]
    assert median < 0.05 < p.forward_second_moment[-1]
    assert predicted(e, median, 1.0).forward_ratio == pytest.approx(1)
    assert predicted(e, median * math.exp(deviation), 1.0).forward_outside is False
    assert predicted(e, median * math.exp(3 * deviation), 1.0).forward_outside is True
    assert predicted(e, 1.0, 1e3).backward_outside is True
