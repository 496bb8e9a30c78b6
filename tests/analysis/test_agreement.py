import math

import pytest

from resweep.analysis.agreement import agreement


def test_ratios_are_measured_over_predicted():
    found = agreement("q", {"q": (1.0, 3.0)}, {"q": (1.0, 2.0)})
    assert [(a.ratio, a.outside) for a in found] == [(1.0, None), (1.5, None)]


def test_logarithms_are_compared_where_both_sides_have_them():
    measured = {"q": (1.0, math.inf), "log10_q": (0.0, 431.5)}
    predicted = {"q": (1.0, math.inf), "log10_q": (0.0, 431.2)}
    assert [a.ratio for a in agreement("q", measured, predicted)] == [1.0, pytest.approx(10**0.3)]


@pytest.mark.parametrize(
    ("measured", "outside"),
    [(1.0, False), (1.21, False), (1.23, True), (0.82, False), (0.81, True)],
)
def test_a_ratio_beyond_two_deviations_is_marked(measured, outside):
    (found,) = agreement("q", {"q": (measured,)}, {"q": (1.0,), "sd": (0.1,)}, "sd")
    assert found.outside is outside


def test_what_is_not_a_number_is_outside_and_an_infinite_prediction_has_no_ratio():
    nan, infinite = agreement(
        "q", {"q": (math.nan, 1.0)}, {"q": (1.0, math.inf), "sd": (0.1, 0.1)}, "sd"
    )
    assert nan.outside
    assert math.isnan(infinite.ratio)


def test_without_a_spread_nothing_is_marked():
    (found,) = agreement("q", {"q": (9.0,)}, {"q": (1.0,), "sd": None}, "sd")
    assert found.outside is None
