"""The intervals of axes: margins, and values that differ by rounding alone."""

import pytest

from resweep.report.charts.chart import Axis
from resweep.report.charts.ticks import marks, padded


def test_an_interval_has_a_margin_on_each_side():
    assert padded(1.0, 2.0, 0.1) == pytest.approx((0.9, 2.1))
    assert padded(-3.0, -3.0) == pytest.approx((-3.3, -2.7))
    assert padded(0.0, 0.0) == (-1.0, 1.0)


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("value", [0.24544, 1.0, -7.5, 300.0])
def test_values_that_differ_by_rounding_have_marks_of_few_digits(value, log):
    low, high = padded(value, value * (1 + 1e-15))
    assert high - low > 0.01 * abs(value)
    assert all(len(text) < 8 for _, text in marks(Axis("E[z²]", log), low, high, 5))


def test_rounding_around_zero_is_zero():
    assert padded(-1e-17, 3e-17) == pytest.approx((-1.0, 1.0))


def test_a_small_range_that_is_more_than_rounding_is_drawn_as_it_is():
    low, high = padded(0.5, 0.50001)
    assert high - low < 1.1e-5
