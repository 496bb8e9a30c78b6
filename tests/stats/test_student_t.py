"""Student's t against scipy, and where it refuses."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from resweep.stats.student_t import deviation, interval, paired, quantile, two_sided

PROBABILITIES = (0.5, 0.51, 0.55, 0.6, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995, 0.999, 0.9999)


@pytest.mark.parametrize("p", PROBABILITIES)
def test_agrees_with_scipy(p):
    for df in range(1, 201):
        assert quantile(p, df) == pytest.approx(stats.t.ppf(p, df), rel=1e-9, abs=1e-15)


def test_keeps_its_digits_near_one_half():
    """t = h (1 + 5 h^2 / 24) for df 4, h = (p - 1/2) / (3/8); scipy itself is off by 1e-9 here."""
    h = 1e-4 / 0.375
    assert quantile(0.5001, 4) == pytest.approx(h * (1 + 5 * h * h / 24), rel=1e-12)


def test_is_odd_about_one_half():
    assert quantile(0.025, 2) == pytest.approx(-quantile(0.975, 2), rel=1e-12)


def test_one_degree_of_freedom_is_cauchy():
    assert quantile(0.75, 1) == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("p", [1e-9, 1 - 1e-9])
@pytest.mark.parametrize("df", [1, 2, 3, 50, 5000])
def test_reaches_its_limits(p, df):
    assert quantile(p, df) == pytest.approx(stats.t.ppf(p, df), rel=1e-6)


@pytest.mark.parametrize(("p", "df"), [(0.0, 3), (1.0, 3), (-0.1, 3), (0.9, 0), (float("nan"), 3)])
def test_refuses_what_has_no_quantile(p, df):
    with pytest.raises(ValueError, match="no t quantile"):
        quantile(p, df)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=8))
def test_the_interval_is_centred_on_the_mean(values):
    low, high = interval(values, 0.95)
    assert low <= high
    assert (low + high) / 2 == pytest.approx(sum(values) / len(values), abs=1e-9)


@pytest.mark.parametrize("df", [1, 2, 3, 4, 9, 30, 101])
@pytest.mark.parametrize("t", [0.0, 0.3, -1.5, 4.0, 30.0])
def test_two_sided_probability(t, df):
    assert two_sided(t, df) == pytest.approx(2 * stats.t.sf(abs(t), df), rel=1e-9, abs=1e-14)


def test_a_paired_test_is_scipys():
    differences = [0.02, -0.01, 0.05, 0.03, 0.04]
    assert paired(differences) == pytest.approx(stats.ttest_1samp(differences, 0.0).pvalue)
    assert (paired([0.1]), paired([0.1, 0.1]), paired([0.0, 0.0])) == (None, 0.0, 1.0)


@given(st.floats(-1e300, 1e300), st.integers(2, 9))
def test_equal_values_have_no_deviation(value, count):
    assert deviation([value] * count) == 0


def test_a_small_deviation_is_kept():
    assert deviation([1.0, 1.0 + 1e-14]) == pytest.approx(1e-14 / math.sqrt(2), rel=0.02)
