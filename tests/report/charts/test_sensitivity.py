"""Growth by depth: every run where they are few, medians where they are many."""

import pytest

from resweep.analysis.sensitivity import DepthLaw, Law
from resweep.report.charts.chart import evenly
from resweep.report.charts.sensitivity import MOST_RUNS, depth_law_chart
from tests.samples import experiment


def law(runs):
    """A law of `runs` runs at each of the depths 10 and 20; growths are 0, 1, 2, ..."""
    fit = Law("power", 0.0, 1.0, None, None, None, None)
    growths = tuple(float(run) for run in range(runs)) * 2
    depths = (10,) * runs + (20,) * runs
    return DepthLaw("he", experiment(), "5eed", "forward_growth", depths, growths, (fit,), True)


def test_few_runs_are_drawn_one_by_one():
    measured, fit = depth_law_chart([law(3)]).lines
    assert measured.x == (10, 10, 10, 20, 20, 20)
    assert (measured.dashed, fit.dashed, fit.listed) == (False, True, False)
    assert fit.y[0] == pytest.approx(1)


def test_of_many_runs_the_median_and_the_range_are_drawn():
    chart = depth_law_chart([law(MOST_RUNS + 1)])
    measured = chart.lines[0]
    assert (measured.x, measured.y) == ((10, 20), (30, 30))
    assert (measured.low, measured.high) == ((0, 0), (60, 60))
    assert chart.solid == "median"
    assert "median" in chart.caption


def test_a_few_of_many_are_spread_from_the_first_to_the_last():
    assert evenly(range(100), 3) == [0, 50, 99]
    assert list(evenly(range(3), 7)) == [0, 1, 2]
