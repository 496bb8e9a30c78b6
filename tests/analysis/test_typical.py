"""Medians over seeds in place of means."""

import pytest

from resweep.analysis.typical import typical
from resweep.experiment import Experiment
from resweep.nets.theory import predict


def test_a_series_with_a_median_is_scaled_to_it_and_its_parts_in_proportion():
    e = Experiment(block="plain", scheme="he", blocks=30, kernel=1, channels=16)
    mean = vars(predict(e, size=(1, 1)))
    found = typical(mean)
    last = 10 ** mean["log10_forward_median"][-1]
    assert found["forward_second_moment"][-1] == pytest.approx(last)
    assert found["log10_forward_second_moment"] == mean["log10_forward_median"]
    share = mean["forward_mean"][-1] ** 2 / mean["forward_second_moment"][-1]
    assert found["forward_mean"][-1] ** 2 == pytest.approx(share * last)
    assert found["forward_variance"][-1] == pytest.approx((1 - share) * last)
    assert found["backward_second_moment"][0] == pytest.approx(
        10 ** mean["log10_backward_median"][0]
    )


def test_what_has_no_median_or_is_withheld_stays():
    e = Experiment(block="preact", blocks=3, kernel=1, channels=16)
    assert typical(vars(predict(e, size=(1, 1)))) == vars(predict(e, size=(1, 1)))
    few = vars(predict(Experiment(scheme="he", blocks=50, kernel=1, channels=8), size=(1, 1)))
    assert few["forward_second_moment"] is None
    assert typical(few) == few
    assert typical({}) == {}
